import { type BatchTable, RELEASE_REASONS, type Recording, type ReleaseReason } from '../model/recording.js'
import { gather } from '../stats/gather.js'
import { fitLine, type LineFit } from '../stats/line-fit.js'
import { mean } from '../stats/mean.js'
import { quantiles } from '../stats/quantile.js'
import { groupRows } from '../stats/row-groups.js'
import { timeOrder } from '../stats/time-order.js'
import { type Fact, type Facts, known, notEnoughData, notMeasured } from './fact.js'
import { seriesOf } from './series.js'
import { traffic } from './traffic.js'

/** What the batcher did in the measured window. */
export type Batching = {
  /** Rows of `batches` that started in the window, by start. */
  readonly rows: Uint32Array
  readonly meanSize: number
  /** null = nobody said how large a batch may get. */
  readonly capacity: number | null
  /** meanSize / capacity. */
  readonly fullness: number | null
  readonly maxWaitMs: number | null
  readonly sizes: readonly { readonly size: number; readonly count: number }[]
  readonly reasons: Readonly<Record<ReleaseReason, number>>
  /** Share of batches with a known reason that the timer released. */
  readonly timeoutShare: number | null
  readonly serviceTimes: readonly {
    readonly size: number
    readonly count: number
    readonly p50Ms: number
    readonly p95Ms: number
  }[]
  /** service_time(b) = intercept + slope * b; null with fewer than two sizes. */
  readonly fit: LineFit | null
  /** A sampled GPU is one for all processes; of anything else each process has its own. */
  readonly devices: number
  /** Union of the batches' running time per device, over the window; the mean over devices. */
  readonly deviceBusyFraction: number
  /**
   * By row of `batches`: how long the batch was held open though its device had nothing to do. NaN outside the window.
   */
  readonly heldIdleMs: Float64Array
}

export const batching: Fact<'batching', Batching> = {
  id: 'batching',
  derive(facts) {
    const { recording } = facts
    const { batches } = recording
    if (batches.count === 0) return notMeasured('the service recorded no batches')
    const window = facts.get(traffic)
    if (!window.known) return window
    const { fromMs, toMs } = window.value
    const rows = rowsByStart(batches, fromMs, toMs)
    if (rows.length === 0) return notEnoughData('no batch ran in the measured window')
    const sizes = gather(batches.size, rows)
    const serviceMs = gather(batches.endedMs, rows)
    for (let i = 0; i < rows.length; i++) serviceMs[i]! -= batches.startedMs[rows[i]!]!
    const reasons = countReasons(batches, rows)
    const withReason = rows.length - reasons.unknown
    const capacity = capacityOf(recording, rows)
    const device = deviceUse(batches, rows, deviceOf(facts), fromMs, toMs)
    return known({
      rows,
      meanSize: mean(sizes),
      capacity,
      fullness: capacity === null ? null : mean(sizes) / capacity,
      maxWaitMs: maxWaitOf(recording, rows),
      sizes: countSizes(sizes),
      reasons,
      timeoutShare: withReason === 0 ? null : reasons.timeout / withReason,
      serviceTimes: serviceTimesBySize(sizes, serviceMs),
      fit: fitLine(sizes, serviceMs),
      devices: device.devices,
      deviceBusyFraction: device.busyFraction,
      heldIdleMs: device.heldIdleMs,
    })
  },
}

function rowsByStart(batches: BatchTable, fromMs: number, toMs: number): Uint32Array {
  const rows: number[] = []
  for (let b = 0; b < batches.count; b++) {
    if (batches.startedMs[b]! >= fromMs && batches.startedMs[b]! <= toMs && batches.size[b]! > 0) rows.push(b)
  }
  return timeOrder(gather(batches.startedMs, rows)).map((place) => rows[place]!)
}

function capacityOf({ batches, meta }: Recording, rows: Uint32Array): number | null {
  let capacity = 0
  for (const b of rows) capacity = Math.max(capacity, batches.capacity[b]!)
  const declared = meta.pipeline.maxBatch?.value
  if (capacity > 0) return capacity
  return typeof declared === 'number' && declared > 0 ? declared : null
}

function maxWaitOf({ batches, meta }: Recording, rows: Uint32Array): number | null {
  const last = batches.maxWaitMs[rows[rows.length - 1]!]!
  const declared = meta.pipeline.maxWaitMs?.value
  if (!Number.isNaN(last)) return last
  return typeof declared === 'number' ? declared : null
}

function countReasons(batches: BatchTable, rows: Uint32Array): Record<ReleaseReason, number> {
  const counts: Record<ReleaseReason, number> = { unknown: 0, full: 0, timeout: 0, idle: 0 }
  for (const b of rows) counts[RELEASE_REASONS[batches.reason[b]!] ?? 'unknown']++
  return counts
}

function countSizes(sizes: Float64Array): { size: number; count: number }[] {
  const counts = new Map<number, number>()
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1)
  return [...counts].map(([size, count]) => ({ size, count })).sort((a, b) => a.size - b.size)
}

function serviceTimesBySize(sizes: Float64Array, serviceMs: Float64Array): Batching['serviceTimes'] {
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0)
  const { starts, rows } = groupRows(sizes, sizes.length, largest + 1)
  return countSizes(sizes).map(({ size, count }) => {
    const [p50Ms, p95Ms] = quantiles(gather(serviceMs, rows.subarray(starts[size]!, starts[size + 1]!)), [0.5, 0.95])
    return { size, count, p50Ms: p50Ms!, p95Ms: p95Ms! }
  })
}

/** By row of `batches`: a number that those of one device share. */
function deviceOf(facts: Facts): (b: number) => number {
  const { batches, threads } = facts.recording
  if (seriesOf(facts, 'gpu.utilization').length > 0) return (b) => batches.device[b]!
  return (b) => batches.device[b]! + 65_536 * (threads[batches.thread[b]!]?.process ?? 0)
}

/**
 * Walks the batches of each device by start time. A batch is held idle from its opening until it starts, less the time
 * in which the device still worked on earlier ones. `rows` are in order of start, which is the order of one device.
 */
function deviceUse(
  batches: BatchTable,
  rows: Uint32Array,
  deviceOf: (b: number) => number,
  fromMs: number,
  toMs: number,
) {
  const heldIdleMs = new Float64Array(batches.count).fill(Number.NaN)
  const freeAtMs = new Map<number, number>()
  let busyMs = 0
  for (const b of rows) {
    const device = deviceOf(b)
    const freeMs = freeAtMs.get(device) ?? Number.NEGATIVE_INFINITY
    heldIdleMs[b] = Math.max(0, batches.startedMs[b]! - Math.max(batches.openedMs[b]!, freeMs))
    busyMs += Math.max(0, Math.min(toMs, batches.endedMs[b]!) - Math.max(fromMs, freeMs, batches.startedMs[b]!))
    freeAtMs.set(device, Math.max(freeMs, batches.endedMs[b]!))
  }
  const devices = freeAtMs.size
  return { heldIdleMs, devices, busyFraction: toMs > fromMs ? busyMs / (devices * (toMs - fromMs)) : 0 }
}
