import { OUTCOMES, PHASES, RELEASE_REASONS, type Recording, type SampleTable } from '../../core/model/recording.js'
import { NameList } from '../journal/name-list.js'
import type { Column } from './column.js'
import { type TableName, threadLabels } from './table-names.js'

/** The columns of every table as they go to disk. docs/recording-format.md says what each means. */
export function tableColumns(recording: Recording): Record<TableName, { rows: number; columns: Column[] }> {
  const { requests: r, spans: s, batches: b, samples, events: e } = recording
  const threads = threadLabels(recording.threads, recording.meta.processes)
  const series = spelledOut(samples)
  return {
    requests: {
      rows: r.count,
      columns: [
        { kind: 'float64', name: 'scheduledMs', values: r.scheduledMs },
        { kind: 'float64', name: 'sentMs', values: r.sentMs },
        { kind: 'float64', name: 'firstByteMs', values: r.firstByteMs },
        { kind: 'float64', name: 'clientEndMs', values: r.clientEndMs },
        { kind: 'float64', name: 'serverStartMs', values: r.serverStartMs },
        { kind: 'float64', name: 'serverEndMs', values: r.serverEndMs },
        { kind: 'count', name: 'status', values: r.status },
        { kind: 'label', name: 'outcome', values: r.outcome, labels: OUTCOMES },
        { kind: 'label', name: 'phase', values: r.phase, labels: PHASES },
        { kind: 'float64', name: 'bytesIn', values: r.bytesIn },
        { kind: 'float64', name: 'bytesOut', values: r.bytesOut },
        { kind: 'label', name: 'route', values: r.route, labels: recording.routes },
        { kind: 'index', name: 'process', values: r.process },
      ],
    },
    spans: {
      rows: s.count,
      columns: [
        { kind: 'row', name: 'request', values: s.request },
        { kind: 'label', name: 'stage', values: s.stage, labels: recording.stages },
        { kind: 'float64', name: 'startMs', values: s.startMs },
        { kind: 'float64', name: 'endMs', values: s.endMs },
        { kind: 'label', name: 'thread', values: s.thread, labels: threads },
        { kind: 'row', name: 'batch', values: s.batch },
        { kind: 'float32', name: 'cpuMs', values: s.cpuMs },
        { kind: 'float32', name: 'bytes', values: s.bytes },
        { kind: 'bits', name: 'flags', values: s.flags },
        { kind: 'float64', name: 'loopIdleEndMs', values: s.loopIdleEndMs },
        { kind: 'float32', name: 'loopIdleDeltaMs', values: s.loopIdleDeltaMs },
      ],
    },
    batches: {
      rows: b.count,
      columns: [
        { kind: 'float64', name: 'openedMs', values: b.openedMs },
        { kind: 'float64', name: 'startedMs', values: b.startedMs },
        { kind: 'float64', name: 'endedMs', values: b.endedMs },
        { kind: 'count', name: 'size', values: b.size },
        { kind: 'count', name: 'capacity', values: b.capacity },
        { kind: 'label', name: 'device', values: b.device, labels: recording.devices },
        { kind: 'label', name: 'reason', values: b.reason, labels: RELEASE_REASONS },
        { kind: 'float32', name: 'maxWaitMs', values: b.maxWaitMs },
        { kind: 'label', name: 'thread', values: b.thread, labels: threads },
      ],
    },
    samples: {
      rows: samples.count,
      columns: [
        { kind: 'float64', name: 'tMs', values: samples.tMs },
        { kind: 'label', name: 'metric', values: series.metric, labels: series.metrics },
        { kind: 'label', name: 'instance', values: series.instance, labels: series.instances },
        { kind: 'flag', name: 'simulated', values: series.simulated },
        { kind: 'float64', name: 'value', values: samples.value },
      ],
    },
    events: {
      rows: e.count,
      columns: [
        { kind: 'float64', name: 'startMs', values: e.startMs },
        { kind: 'float64', name: 'endMs', values: e.endMs },
        { kind: 'label', name: 'kind', values: e.kind, labels: e.kinds },
        { kind: 'label', name: 'thread', values: e.thread, labels: threads },
        { kind: 'label', name: 'detail', values: e.detail, labels: e.details },
      ],
    },
  }
}

function spelledOut({ count, series, seriesInfo }: SampleTable) {
  const [metrics, instances] = [new NameList(), new NameList()]
  const metricOf = seriesInfo.map(({ metric }) => metrics.index(metric))
  const instanceOf = seriesInfo.map(({ instance }) => instances.index(instance))
  const metric = new Uint16Array(count)
  const instance = new Uint16Array(count)
  const simulated = new Uint8Array(count)
  for (let row = 0; row < count; row++) {
    const number = series[row]!
    metric[row] = metricOf[number]!
    instance[row] = instanceOf[number]!
    simulated[row] = Number(seriesInfo[number]!.simulated)
  }
  return { metric, instance, simulated, metrics: metrics.names, instances: instances.names }
}
