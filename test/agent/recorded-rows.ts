import { NO_ROW, type Recording } from '../../core/model/recording.js'
import { openRecording } from '../../formats/index.js'

export type SpanRow = {
  readonly stage: string
  readonly request: number | null
  readonly batch: number | null
  readonly startMs: number
  readonly endMs: number
  readonly flags: number
  readonly bytes: number
  readonly loopIdleMs: number
  readonly thread: string
}
export type RequestRow = {
  readonly route: string
  readonly status: number
  readonly outcome: number
  readonly startMs: number
  readonly endMs: number
  readonly bytesIn: number
  readonly bytesOut: number
}
export type Rows = { readonly recording: Recording; readonly spans: SpanRow[]; readonly requests: RequestRow[] }

/** The recording as rows, for tests that look at single spans. */
export async function readRows(directory: string): Promise<Rows> {
  const recording = await openRecording(directory)
  const { requests, spans, stages, routes, threads } = recording
  const row = (index: number) => (index === NO_ROW ? null : index)
  return {
    recording,
    spans: Array.from({ length: spans.count }, (_, i) => ({
      stage: stages[spans.stage[i]!]!,
      request: row(spans.request[i]!),
      batch: row(spans.batch[i]!),
      startMs: spans.startMs[i]!,
      endMs: spans.endMs[i]!,
      flags: spans.flags[i]!,
      bytes: spans.bytes[i]!,
      loopIdleMs: spans.loopIdleDeltaMs[i]!,
      thread: threads[spans.thread[i]!]!.name,
    })),
    requests: Array.from({ length: requests.count }, (_, i) => ({
      route: routes[requests.route[i]!]!,
      status: requests.status[i]!,
      outcome: requests.outcome[i]!,
      startMs: requests.serverStartMs[i]!,
      endMs: requests.serverEndMs[i]!,
      bytesIn: requests.bytesIn[i]!,
      bytesOut: requests.bytesOut[i]!,
    })),
  }
}
