import type { Facts } from '../facts/fact.js'
import { intervalsOf, type Traffic, traffic } from '../facts/traffic.js'
import type { Chart, Timeline, TimelineTrack } from '../model/charts.js'
import type { Recording } from '../model/recording.js'
import { quantiles } from '../stats/quantile.js'
import { available, unavailable } from './chart.js'
import { roundStep } from './round-step.js'
import { add, combined, type GridSeries, sampledSeries, sampledTracks } from './sampled-tracks.js'
import { TimeGrid } from './time-grid.js'

const TARGET_STEPS = 160
const FEWEST_STEPS = 24
/** A step's p95 of fewer requests says nothing. */
const MIN_FOR_P95 = 20
/** Samplers run at 10 Hz: finer steps would be mostly empty. */
const MIN_STEP_MS = 200

/** Load, latency, queue, batches and resources on one grid of time. */
export function drawTimeline(facts: Facts): Chart<Timeline> {
  const measured = facts.get(traffic)
  if (!measured.known) return unavailable(measured.reason)
  const { recording } = facts
  const grid = gridOf(recording, measured.value)
  const sampled = sampledSeries(recording, grid)
  const requests = requestColumns(recording, measured.value)
  const tracks: TimelineTrack[] = [
    throughput(requests, grid),
    latency(requests, grid, recording.meta.sla?.p95Ms ?? null),
    waiting(requests, grid, sampled),
    ...batchSize(recording, grid),
    ...sampledTracks(sampled),
  ]
  return available({
    fromMs: grid.fromMs,
    toMs: grid.toMs,
    stepMs: grid.stepMs,
    tracks: tracks.map(rounded),
    phases: phases(recording, grid),
  })
}

type RequestColumns = {
  readonly count: number
  readonly startMs: Float64Array
  readonly endMs: Float64Array
  readonly latencyMs: Float64Array
}

function requestColumns({ requests }: Recording, { seenFrom }: Traffic): RequestColumns {
  const { startMs, endMs } = intervalsOf(requests, seenFrom)
  const latencyMs = new Float64Array(requests.count)
  for (let row = 0; row < requests.count; row++) latencyMs[row] = endMs[row]! - startMs[row]!
  return { count: requests.count, startMs, endMs, latencyMs }
}

/** Warm-up and measured window, in steps wide enough for a p95 where there are requests enough. */
function gridOf({ meta, requests }: Recording, { fromMs, toMs, requests: count }: Traffic): TimeGrid {
  const firstMs = Math.max(0, fromMs - (meta.load?.warmupMs ?? 0))
  const lastMs = Math.max(toMs, firstMs + 1)
  const perMs = count / Math.max(1, toMs - fromMs)
  const spanMs = lastMs - firstMs
  const forP95 = requests.count > 0 && perMs > 0 ? (2 * MIN_FOR_P95) / perMs : 0
  const finest = Math.max(spanMs / TARGET_STEPS, Math.min(MIN_STEP_MS, spanMs / FEWEST_STEPS))
  return new TimeGrid(firstMs, lastMs, roundStep(Math.max(finest, Math.min(forP95, spanMs / FEWEST_STEPS))))
}

function throughput({ startMs, endMs, count }: RequestColumns, grid: TimeGrid): TimelineTrack {
  return {
    ...plain('throughput', 'Requests', 'rps'),
    series: [
      { label: 'arriving', values: grid.rates(startMs, count) },
      { label: 'completed', values: grid.rates(endMs, count) },
    ],
  }
}

function latency({ startMs, latencyMs, count }: RequestColumns, grid: TimeGrid, slaMs: number | null): TimelineTrack {
  const { starts, rows } = grid.group(startMs, count)
  const p50: (number | null)[] = []
  const p95: (number | null)[] = []
  for (let step = 0; step < grid.steps; step++) {
    const values = Float64Array.from(rows.subarray(starts[step]!, starts[step + 1]!), (row) => latencyMs[row]!).filter(
      (ms) => !Number.isNaN(ms),
    )
    const [half, most] = quantiles(values, [0.5, 0.95])
    p50.push(values.length > 0 ? half! : null)
    p95.push(values.length >= MIN_FOR_P95 ? most! : null)
  }
  return {
    ...plain('latency', 'Latency', 'ms'),
    reference: slaMs === null ? null : { value: slaMs, label: 'SLA' },
    series: [
      { label: 'p50', values: p50 },
      { label: 'p95', values: p95 },
    ],
  }
}

function waiting(
  { startMs, endMs, count }: RequestColumns,
  grid: TimeGrid,
  sampled: readonly GridSeries[],
): TimelineTrack {
  const depth = sampled.filter((series) => series.metric === 'queue.depth')
  return {
    ...plain('queue', 'Waiting and in flight', 'count'),
    series: [
      { label: 'in flight', values: grid.meanOpen(startMs, endMs, count) },
      ...combined('queue depth', depth, add),
    ],
  }
}

function batchSize({ batches }: Recording, grid: TimeGrid): TimelineTrack[] {
  if (batches.count === 0) return []
  let capacity = 0
  for (let row = 0; row < batches.count; row++) capacity = Math.max(capacity, batches.capacity[row]!)
  const values = grid.means(batches.startedMs.subarray(0, batches.count), batches.size)
  const reference = capacity > 0 ? { value: capacity, label: `capacity ${capacity}` } : null
  return [{ ...plain('batch-size', 'Batch size', 'count'), reference, series: [{ label: 'mean', values }] }]
}

function phases({ meta }: Recording, grid: TimeGrid): Timeline['phases'] {
  const load = meta.load
  if (load === null) return []
  const measured = { fromMs: load.measuredFromMs, toMs: load.measuredToMs, label: 'measured' }
  return load.warmupMs > 0
    ? [{ fromMs: grid.fromMs, toMs: load.measuredFromMs, label: 'warm-up' }, measured]
    : [measured]
}

function plain(id: string, label: string, unit: string) {
  return { id, label, unit, simulated: false, reference: null }
}

/** Four significant digits are more than a line can show, and a quarter of the bytes. */
function rounded(track: TimelineTrack): TimelineTrack {
  return {
    ...track,
    series: track.series.map(({ label, values }) => ({
      label,
      values: values.map((value) => (value === null ? null : Number(value.toPrecision(4)))),
    })),
  }
}
