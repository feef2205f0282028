import type { FlameDifference, FlameGraph, Timeline } from '../core/model/charts.js'

/** What the script in the page needs beyond the markup. Travels as JSON inside the page. */
export type Payload = {
  readonly flameGraph: FlameGraph | null
  /** Of a comparison; drawn in the place of the flame graph. */
  readonly flameDifference: FlameDifference | null
  readonly timeline: Timeline | null
}

/** Id of the script element that holds the payload. */
export const PAYLOAD_ID = 'report-payload'
