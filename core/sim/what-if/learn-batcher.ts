import { batching } from '../../facts/batching.js'
import { type Facts, type Known, known, notEnoughData } from '../../facts/fact.js'
import { plural } from '../../model/quantity.js'
import type { BatchTable } from '../../model/recording.js'
import { gather, tabulate } from '../../stats/gather.js'
import { fitLine } from '../../stats/line-fit.js'
import { mean } from '../../stats/mean.js'
import { quantile } from '../../stats/quantile.js'
import { groupRows } from '../../stats/row-groups.js'
import { batcherSettings } from './batcher-settings.js'
import type { LearntCpu } from './learn-cpu.js'
import { learnDisturbances } from './learn-disturbances.js'
import type { Processes } from './processes.js'
import type { BatcherModel } from './service-model.js'

/** Batches of one size from which on their mean is better than the fitted line. */
const ENOUGH_OF_A_SIZE = 20

/** What the recorded batches say about their batcher; `whileBusy` and `timerOnLoop` are for calibration to find. */
export function learnBatcher(facts: Facts, processes: Processes, cpu: LearntCpu | null): Known<BatcherModel> {
  const found = facts.get(batching)
  if (!found.known) return found
  const { rows } = found.value
  const { batches } = facts.recording
  const settings = batcherSettings(found.value, batches)
  if (!settings.known) return settings
  const { maxBatch: capacity, maxWaitMs } = settings.value
  const slots = slotsOf(batches, rows, processes)
  const running = runningAtStart(batches, rows, processes)
  // Batches that shared the device say how much that costs, those that were alone how long a batch takes.
  const alone = rows.filter((_, i) => running[i] === 1)
  const workMs = (b: number): number => {
    const startMs = batches.startedMs[b]!
    const endMs = batches.endedMs[b]!
    return cpu?.model.device === true ? cpu.workMs(startMs, endMs) : endMs - startMs
  }
  const bySize: number[][] = []
  for (const b of alone.length >= ENOUGH_OF_A_SIZE ? alone : rows) {
    const size = batches.size[b]!
    bySize[size] ??= []
    bySize[size].push(workMs(b))
  }
  const largest = rows.reduce((most, b) => Math.max(most, batches.size[b]!), 0)
  if (largest < 1) return notEnoughData('no batch with a size was recorded')
  const compared = ofSeveralSizes(batches, rows, workMs)
  const line = serviceLine(
    gather(batches.size, compared),
    tabulate(compared.length, (i) => workMs(compared[i]!)),
  )
  const seenMs = tabulate(largest + 1, (size) => {
    const times = bySize[size] ?? []
    return times.length >= ENOUGH_OF_A_SIZE ? mean(times) : Math.max(0, line.interceptMs + line.slopeMs * size)
  })
  const slowdown = tabulate(rows.length, (i) => {
    const expectedMs = seenMs[batches.size[rows[i]!]!]!
    return expectedMs > 0 ? workMs(rows[i]!) / expectedMs : 1
  })
  const contention = learnContention(slowdown, running, slots)
  const variation = slowdown.map((factor, i) => factor / contention[running[i]!]!)
  const oneSize = compared.every((b) => batches.size[b] === largest)
  return known({
    ...settings.value,
    inferred: oneSize ? [...settings.value.inferred, onlyOneSize(largest)] : settings.value.inferred,
    ...learnDisturbances(facts, processes, { rows, capacity, maxWaitMs, slots, variation }),
    slots,
    contention,
    whileBusy: 'gather',
    timerOnLoop: false,
    seenMs,
    fit: line,
  })
}

function onlyOneSize(size: number): string {
  return `every recorded batch had ${plural(size, 'request')}: one of another size is taken to run as long`
}

/**
 * A service near its limit sends out nothing but full batches: how the time grows with the size, those outside of the measured window
 * tell. One that was smaller and took longer was held up by something else, such as loading the model.
 */
function ofSeveralSizes({ size, count }: BatchTable, rows: Uint32Array, workMs: (b: number) => number): Uint32Array {
  const first = size[rows[0]!]!
  if (rows.some((b) => size[b] !== first)) return rows
  const typicalMs = quantile(
    tabulate(rows.length, (i) => workMs(rows[i]!)),
    0.5,
  )
  const others = Uint32Array.from({ length: count }, (_, b) => b).filter(
    (b) => size[b]! > 0 && size[b]! < first && workMs(b) <= typicalMs,
  )
  return Uint32Array.from([...rows, ...others])
}

/**
 * The line through the medians of each size, as often as it occurs, raised by what disturbances add to the median of all: where large
 * batches are rare, one that lost its core would bend a line through the times themselves, and the replay of a higher load lives
 * from what lies beyond. With one size only, how the time grows is unknown, and taken to be nil: `inferred` says so.
 */
function serviceLine(sizes: Float64Array, timesMs: Float64Array): BatcherModel['fit'] {
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0)
  const { starts, rows } = groupRows(sizes, sizes.length, largest + 1)
  const medianMs = tabulate(largest + 1, (size) =>
    quantile(gather(timesMs, rows.subarray(starts[size]!, starts[size + 1]!)), 0.5),
  )
  const typicalMs = gather(medianMs, sizes)
  const disturbed = mean(timesMs) / mean(typicalMs)
  const { intercept, slope } = fitLine(sizes, typicalMs) ?? { intercept: mean(typicalMs), slope: 0 }
  return { interceptMs: disturbed * intercept, slopeMs: disturbed * slope }
}

/** How many batches the process with the most threads for them runs at once. */
function slotsOf({ device, thread }: BatchTable, rows: Uint32Array, { loops, ofBatch }: Processes): number {
  const slots = loops.map(() => new Set<string>())
  for (const b of rows) slots[ofBatch[b]!]!.add(`${device[b]}/${thread[b]}`)
  return Math.max(...slots.map(({ size }) => size))
}

/** By row: how many batches of its process ran when it had started, itself included. */
function runningAtStart(
  { startedMs, endedMs }: BatchTable,
  rows: Uint32Array,
  { loops, ofBatch }: Processes,
): Uint32Array {
  const endsOf: number[][] = loops.map(() => [])
  return Uint32Array.from(rows, (b) => {
    const endsMs = endsOf[ofBatch[b]!]!
    for (let i = endsMs.length - 1; i >= 0; i--) if (endsMs[i]! <= startedMs[b]!) endsMs.splice(i, 1)
    return endsMs.push(endedMs[b]!)
  })
}

/** By number of batches that run at once: the mean slowdown of those that started so, over that of batches alone. Rare numbers: that of one less. */
function learnContention(slowdown: Float64Array, running: Uint32Array, slots: number): Float64Array {
  const contention = new Float64Array(slots + 1).fill(1)
  for (let together = 2; together <= slots; together++) {
    const shared = slowdown.filter((_, i) => running[i] === together)
    contention[together] = shared.length >= ENOUGH_OF_A_SIZE ? mean(shared) : contention[together - 1]!
  }
  return contention
}
