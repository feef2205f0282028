import { outsideProfile } from '../facts/profiled-time.js'
import type { TimelineTrack } from '../model/charts.js'
import type { Metric, Recording } from '../model/recording.js'
import { groupRows } from '../stats/row-groups.js'
import type { TimeGrid } from './time-grid.js'

type Values = readonly (number | null)[]

/** One sampled series on the grid. */
export type GridSeries = {
  readonly metric: string
  readonly instance: string
  readonly simulated: boolean
  readonly values: Values
  /** Of an event loop: whether samples within its CPU profile are left out. */
  readonly partial: boolean
}

const MAX_SERIES = 4
const LOOP: Metric = 'loop.utilization'

/** Every sampled series as means on the grid; series without a value in range are left out. */
export function sampledSeries(recording: Recording, grid: TimeGrid): GridSeries[] {
  const { samples } = recording
  const { starts, rows } = groupRows(samples.series, samples.count, samples.seriesInfo.length)
  return samples.seriesInfo.flatMap(({ metric, instance, simulated }, s) => {
    const own = rows.subarray(starts[s]!, starts[s + 1]!)
    const tMs = Float64Array.from(own, (row) => samples.tMs[row]!)
    const counts = metric === LOOP ? outsideProfile(recording, instance, tMs) : () => true
    const partial = own.some((_, i) => !counts(i))
    const values = grid.means(
      tMs,
      Float64Array.from(own, (row, i) => (counts(i) ? samples.value[row]! : Number.NaN)),
    )
    return values.some((value) => value !== null) ? [{ metric, instance, simulated, values, partial }] : []
  })
}

/** The tracks that samplers feed; one that nothing was sampled for is left out. */
export function sampledTracks(all: readonly GridSeries[]): TimelineTrack[] {
  const of = (metric: Metric) => all.filter((series) => series.metric === metric)
  const cpu = [...combined('service', of('process.cpu'), add), ...combined('busiest thread', of('thread.cpu'), largest)]
  const network = [...combined('received', of('net.rx'), add), ...combined('sent', of('net.tx'), add)]
  const partial = of(LOOP).some((series) => series.partial)
  const host = [
    ...combined('busy', of('host.cpu'), largest),
    ...notAllZero(combined('stolen', of('host.steal'), largest)),
  ]
  return [
    ...track('cpu', 'CPU of the service', 'cores', cpu),
    ...track('host-cpu', 'CPU of the host', 'fraction', host),
    ...track(
      'throttled',
      'CPU quota throttled',
      'fraction',
      notAllZero(combined('throttled', of('cgroup.throttled'), largest)),
    ),
    ...track(
      'event-loop',
      `Event loop busy${partial ? ', without profiled time' : ''}`,
      'fraction',
      busiestOf(of(LOOP)),
    ),
    ...track('loop-delay', 'Event loop late for a timer', 'ms', combined('late', of('loop.delay'), largest)),
    ...track(
      'core-speed',
      'Fixed work on the main thread: the less, the faster its core',
      'ms',
      combined('takes', of('loop.fixedWork'), largest),
    ),
    ...devices('gpu', 'GPU busy', of('gpu.utilization')),
    ...devices('device', 'Device busy', of('device.utilization')),
    ...track('network', 'Network', 'bytes/s', network),
    ...track('disk', 'Disk reads', 'bytes/s', notAllZero(combined('read', of('disk.read'), add))),
    ...track('memory', 'Memory of the service', 'bytes', combined('resident', of('process.rss'), add)),
  ]
}

function track(id: string, label: string, unit: string, series: TimelineTrack['series']): TimelineTrack[] {
  return series.length === 0 ? [] : [{ id, label, unit, simulated: false, reference: null, series }]
}

/** Real and simulated devices never share a track. */
function devices(id: string, label: string, all: readonly GridSeries[]): TimelineTrack[] {
  return [false, true].flatMap((simulated) =>
    track(
      simulated ? `${id}-simulated` : id,
      label,
      'fraction',
      busiestOf(all.filter((one) => one.simulated === simulated)),
    ).map((one) => ({ ...one, simulated })),
  )
}

/** At most four instances by name, those with the highest mean. */
function busiestOf(all: readonly GridSeries[]): TimelineTrack['series'] {
  return [...all]
    .sort((a, b) => meanOf(b.values) - meanOf(a.values))
    .slice(0, MAX_SERIES)
    .map(({ instance, values }) => ({ label: instance === '' ? 'busy' : instance, values }))
}

/** Instances combined step by step into one line; none when nothing was sampled. */
export function combined(
  label: string,
  all: readonly GridSeries[],
  combine: (a: number, b: number) => number,
): { readonly label: string; readonly values: Values }[] {
  if (all.length === 0) return []
  const values = all[0]!.values.map((_, step) =>
    all.reduce<number | null>((sum, { values }) => {
      const value = values[step] ?? null
      return sum === null || value === null ? (sum ?? value) : combine(sum, value)
    }, null),
  )
  return [{ label, values }]
}

/** What never happened needs no line. */
function notAllZero(series: TimelineTrack['series']): TimelineTrack['series'] {
  return series.filter(({ values }) => values.some((value) => value !== null && value > 0))
}

export function add(a: number, b: number): number {
  return a + b
}

function largest(a: number, b: number): number {
  return Math.max(a, b)
}

function meanOf(values: Values): number {
  let sum = 0
  let count = 0
  for (const value of values) {
    if (value === null) continue
    sum += value
    count++
  }
  return count === 0 ? 0 : sum / count
}
