import { type Recording, SPAN_SYNC } from '../model/recording.js'
import { timeOrder } from '../stats/time-order.js'
import { NO_STAGE } from './call-tree.js'

/**
 * The stage that each sample of a thread fell into: that of the innermost synchronous span running at the time, as an
 * index into `recording.stages`. `atMs` must ascend.
 */
export function stageSamplesOf({ spans }: Recording, thread: number, atMs: Float64Array): Int32Array {
  const stages = new Int32Array(atMs.length).fill(NO_STAGE)
  if (atMs.length === 0) return stages
  const rows: number[] = []
  const lastMs = atMs[atMs.length - 1]!
  for (let i = 0; i < spans.count; i++) {
    const sync = spans.thread[i] === thread && (spans.flags[i]! & SPAN_SYNC) !== 0
    if (sync && spans.endMs[i]! > atMs[0]! && spans.startMs[i]! <= lastMs) rows.push(i)
  }
  const order = timeOrder(Float64Array.from(rows, (row) => spans.startMs[row]!))
  const open: number[] = []
  let next = 0
  for (let i = 0; i < atMs.length; i++) {
    while (next < order.length && spans.startMs[rows[order[next]!]!]! <= atMs[i]!) open.push(rows[order[next++]!]!)
    while (open.length > 0 && spans.endMs[open[open.length - 1]!]! <= atMs[i]!) open.pop()
    if (open.length > 0) stages[i] = spans.stage[open[open.length - 1]!]!
  }
  return stages
}
