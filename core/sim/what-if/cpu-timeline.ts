import { busyUpTo, type LoopTimeline } from '../../facts/loop-timelines.js'
import { gather } from '../../stats/gather.js'
import { timeOrder } from '../../stats/time-order.js'
import { type Cores, slowdown } from '../slowdown.js'

/** Stretches of time in which the same threads beside the event loop were at work. */
export type CpuTimeline = {
  /** Edges, ascending; stretch i reaches from edge i to edge i + 1. */
  readonly tMs: Float64Array
  /** By stretch: threads at work, and the share of it that the loop was busy. */
  readonly threads: Uint32Array
  readonly loopBusy: Float64Array
}

/** When threads beside the event loop were at work. */
export type CpuIntervals = { readonly startMs: Float64Array; readonly endMs: Float64Array }

export function cpuTimeline({ startMs, endMs }: CpuIntervals, loop: LoopTimeline, fromMs: number, toMs: number) {
  const count = startMs.length
  const unsorted = new Float64Array(2 * count + 2)
  unsorted.set(startMs)
  unsorted.set(endMs, count)
  unsorted[2 * count] = fromMs
  unsorted[2 * count + 1] = toMs
  const order = timeOrder(unsorted)
  const tMs = gather(unsorted, order)
  const threads = new Uint32Array(tMs.length)
  const loopBusy = new Float64Array(tMs.length)
  let running = 0
  let busyMs = busyUpTo(loop, tMs[0]!)
  for (let i = 0; i < tMs.length; i++) {
    if (order[i]! < count) running++
    else if (order[i]! < 2 * count) running--
    threads[i] = running
    if (i + 1 === tMs.length) break
    const nextMs = busyUpTo(loop, tMs[i + 1]!)
    const tookMs = tMs[i + 1]! - tMs[i]!
    if (tookMs > 0) loopBusy[i] = Math.min(1, (nextMs - busyMs) / tookMs)
    busyMs = nextMs
  }
  return { tMs, threads, loopBusy } satisfies CpuTimeline
}

/** By edge: how far a thread would have come that was at work all the time, ms of work alone on a core. */
export function progress({ tMs, threads, loopBusy }: CpuTimeline, cores: Cores): Float64Array {
  const doneMs = new Float64Array(tMs.length)
  for (let i = 0; i + 1 < tMs.length; i++) {
    const parties = Math.max(1, threads[i]!)
    const busy = loopBusy[i]!
    const speed = (1 - busy) / slowdown(parties, cores) + busy / slowdown(parties + 1, cores)
    doneMs[i + 1] = doneMs[i]! + speed * (tMs[i + 1]! - tMs[i]!)
  }
  return doneMs
}

/** How many times as long as alone the work of the loop took in the mean; 1 where it did none. */
export function loopStretch({ tMs, threads, loopBusy }: CpuTimeline, cores: Cores): number {
  let [tookMs, workMs] = [0, 0]
  for (let i = 0; i + 1 < tMs.length; i++) {
    const busyMs = loopBusy[i]! * (tMs[i + 1]! - tMs[i]!)
    tookMs += busyMs
    workMs += busyMs / slowdown(threads[i]! + 1, cores)
  }
  return workMs > 0 ? tookMs / workMs : 1
}

/** `progress` at any time: what was done between two of them is the work of what ran meanwhile. */
export function progressAt({ tMs }: CpuTimeline, doneMs: Float64Array, timeMs: number): number {
  let [low, high] = [0, tMs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (tMs[middle]! <= timeMs) low = middle + 1
    else high = middle
  }
  const last = low - 1
  if (last < 0) return doneMs[0]! - (tMs[0]! - timeMs)
  if (last + 1 === tMs.length) return doneMs[last]! + timeMs - tMs[last]!
  const tookMs = tMs[last + 1]! - tMs[last]!
  return doneMs[last]! + ((doneMs[last + 1]! - doneMs[last]!) * (timeMs - tMs[last]!)) / tookMs
}
