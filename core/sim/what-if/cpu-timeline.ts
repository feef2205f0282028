import { busyUpTo, type LoopTimeline } from '../../facts/loop-timelines.js'
import { gather } from '../../stats/gather.js'
import { timeOrder } from '../../stats/time-order.js'
import { type Cores, slowdown } from '../slowdown.js'

/** Stretches of time in which the same threads beside the event loops were at work. */
export type CpuTimeline = {
  /** Edges, ascending; stretch i reaches from edge i to edge i + 1. */
  readonly tMs: Float64Array
  /** By stretch: threads at work, and by event loop the share of it that the loop was busy. */
  readonly threads: Uint32Array
  readonly loopsBusy: readonly Float64Array[]
}

/** When threads beside the event loops were at work. */
export type CpuIntervals = { readonly startMs: Float64Array; readonly endMs: Float64Array }

export function cpuTimeline(
  { startMs, endMs }: CpuIntervals,
  loops: readonly LoopTimeline[],
  fromMs: number,
  toMs: number,
): CpuTimeline {
  const count = startMs.length
  const unsorted = new Float64Array(2 * count + 2)
  unsorted.set(startMs)
  unsorted.set(endMs, count)
  unsorted[2 * count] = fromMs
  unsorted[2 * count + 1] = toMs
  const order = timeOrder(unsorted)
  const tMs = gather(unsorted, order)
  const threads = new Uint32Array(tMs.length)
  let running = 0
  for (let i = 0; i < tMs.length; i++) {
    if (order[i]! < count) running++
    else if (order[i]! < 2 * count) running--
    threads[i] = running
  }
  return { tMs, threads, loopsBusy: loops.map((loop) => busyShares(loop, tMs)) }
}

function busyShares(loop: LoopTimeline, tMs: Float64Array): Float64Array {
  const shares = new Float64Array(tMs.length)
  let busyMs = busyUpTo(loop, tMs[0]!)
  for (let i = 0; i + 1 < tMs.length; i++) {
    const nextMs = busyUpTo(loop, tMs[i + 1]!)
    const tookMs = tMs[i + 1]! - tMs[i]!
    if (tookMs > 0) shares[i] = Math.min(1, (nextMs - busyMs) / tookMs)
    busyMs = nextMs
  }
  return shares
}

/** By edge: how far a thread would have come that was at work all the time, ms of work alone on a core. */
export function progress(timeline: CpuTimeline, cores: Cores): Float64Array {
  const { tMs, threads, loopsBusy } = timeline
  const doneMs = new Float64Array(tMs.length)
  for (let i = 0; i + 1 < tMs.length; i++) {
    const speed = speedBeside(loopsBusy, i, Math.max(1, threads[i]!), cores)
    doneMs[i + 1] = doneMs[i]! + speed * (tMs[i + 1]! - tMs[i]!)
  }
  return doneMs
}

/** How many times as long as alone the work of the loops took in the mean; 1 where they did none. */
export function loopStretch({ tMs, threads, loopsBusy }: CpuTimeline, cores: Cores): number {
  let [tookMs, workMs] = [0, 0]
  for (const own of loopsBusy) {
    const others = loopsBusy.filter((busy) => busy !== own)
    for (let i = 0; i + 1 < tMs.length; i++) {
      const busyMs = own[i]! * (tMs[i + 1]! - tMs[i]!)
      tookMs += busyMs
      workMs += busyMs * speedBeside(others, i, threads[i]! + 1, cores)
    }
  }
  return workMs > 0 ? tookMs / workMs : 1
}

/** Mean speed of each of `parties` threads in a stretch in which every loop works for its share of the time, whatever the others do. */
function speedBeside(loopsBusy: readonly Float64Array[], stretch: number, parties: number, cores: Cores): number {
  /** How likely so many loops work at once. */
  let chances = [1]
  for (const shares of loopsBusy) {
    const busy = shares[stretch]!
    const beside = [...chances, 0]
    for (let k = 0; k < beside.length; k++) beside[k] = (1 - busy) * (chances[k] ?? 0) + busy * (chances[k - 1] ?? 0)
    chances = beside
  }
  return chances.reduce((sum, chance, working) => sum + chance / slowdown(parties + working, cores), 0)
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
