import type { RecordingMeta } from '../../core/model/recording-meta.js'
import type { LoadOutcome } from '../../load/index.js'
import type { Progress } from '../terminal/progress-line.js'
import type { Service } from './service.js'

/** While a ready service gets requests. */
export type TrafficRun = {
  /** Time 0 of the recording on the monotonic clock. */
  readonly originMs: number
  readonly service: Pick<Service, 'rootPid' | 'readiness'>
  readonly show: (progress: Progress) => void
  /** Aborted when the user interrupts, and when the service ends. */
  readonly signal: AbortSignal
}

export type TrafficOutcome<Load extends LoadOutcome | null> = {
  readonly outcome: Load
  /** What the recording keeps of it. */
  readonly meta: Partial<RecordingMeta>
}
