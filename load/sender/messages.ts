import type { SenderTotals, Tally } from './tally.js'

export type ToSender =
  | { readonly kind: 'start'; readonly startMs: number }
  /** What requests carry from now on. */
  | { readonly kind: 'body'; readonly body: Uint8Array }
  /** Nothing more is sent; what is under way may finish. */
  | { readonly kind: 'finish' }
  /** And what is under way is aborted. */
  | { readonly kind: 'stop' }

export type FromSender = { readonly kind: 'ready' } | SenderProgress | SenderResult

export type SenderProgress = {
  readonly kind: 'progress'
  readonly counts: SenderTotals
  /** Requests that ended since the last message, or began to be answered: see `settledRequests`. */
  readonly settled: Float64Array
}

export type SenderResult = {
  readonly kind: 'done'
  readonly tally: Tally
  /** Of the sender's event loop while it measured; NaN when that was too short to tell. */
  readonly loopBusyFraction: number
  readonly connections: number
  /** Path; null when none was asked for. */
  readonly journal: string | null
}
