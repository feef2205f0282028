import type { SenderTotals, Tally } from './tally.js'

export type ToSender = { readonly kind: 'start'; readonly startMs: number } | { readonly kind: 'stop' }

export type FromSender = { readonly kind: 'ready' } | SenderProgress | SenderResult

export type SenderProgress = {
  readonly kind: 'progress'
  readonly counts: SenderTotals
  /** Of the requests answered since the last message. */
  readonly latenciesMs: Float64Array
}

export type SenderResult = {
  readonly kind: 'done'
  readonly tally: Tally
  /** Of the sender's event loop while it measured; NaN when that was too short to tell. */
  readonly loopBusyFraction: number
  readonly connections: number
  readonly journal: string
}
