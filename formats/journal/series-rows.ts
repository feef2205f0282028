import type { EventTable, SampleTable, SeriesInfo } from '../../core/model/recording.js'
import type { RawTables } from './raw-tables.js'
import { inOrder, sortedOrder } from './row-order.js'

/** What a sample table looks like on disk: a series spelled out as metric, instance and simulated in every row. */
export type SampleColumns = {
  readonly count: number
  readonly tMs: Float64Array
  readonly metric: Uint16Array
  readonly instance: Uint16Array
  readonly simulated: Uint8Array
  readonly value: Float64Array
}

/** Samples by time. */
export function sampleRows({ samples: s, names }: RawTables): SampleTable {
  const order = sortedOrder(s.tMs, s.count)
  const sorted = {
    count: s.count,
    tMs: inOrder(s.tMs, order, s.count),
    metric: inOrder(s.metric, order, s.count),
    instance: inOrder(s.instance, order, s.count),
    simulated: inOrder(s.simulated, order, s.count),
    value: inOrder(s.value, order, s.count),
  }
  return numberSeries(sorted, names.metrics.names, names.instances.names)
}

/** Numbers the distinct (metric, instance, simulated) in order of first appearance. */
export function numberSeries(s: SampleColumns, metrics: readonly string[], instances: readonly string[]): SampleTable {
  const seriesInfo: SeriesInfo[] = []
  const numbers = new Map<number, number>()
  const series = new Uint16Array(s.count)
  for (let row = 0; row < s.count; row++) {
    const key = (s.metric[row]! * 0x10000 + s.instance[row]!) * 2 + s.simulated[row]!
    let number = numbers.get(key)
    if (number === undefined) {
      number = seriesInfo.length
      numbers.set(key, number)
      seriesInfo.push({
        metric: metrics[s.metric[row]!]!,
        instance: instances[s.instance[row]!] ?? '',
        simulated: s.simulated[row] === 1,
      })
    }
    series[row] = number
  }
  return { count: s.count, tMs: s.tMs, series, value: s.value, seriesInfo }
}

/** Events by start. */
export function eventRows({ events: e, names }: RawTables): EventTable {
  const order = sortedOrder(e.startMs.subarray(0, e.count), e.count)
  return {
    count: e.count,
    startMs: inOrder(e.startMs, order, e.count),
    endMs: inOrder(e.endMs, order, e.count),
    kind: inOrder(e.kind, order, e.count),
    thread: inOrder(e.thread, order, e.count),
    detail: inOrder(e.detail, order, e.count),
    kinds: names.kinds.names,
    details: names.details.names,
  }
}
