import type { Resources } from '../model/diagnosis.js'
import type { Metric } from '../model/recording.js'
import { batching } from './batching.js'
import { device } from './device.js'
import { eventLoop } from './event-loop.js'
import { type Fact, type Facts, known } from './fact.js'
import { gcPauses } from './gc-pauses.js'
import { inFlight } from './in-flight.js'
import { busiest, meanOf, seriesOf } from './series.js'

/** The resource figures of the Diagnosis; null where a figure was not measured. */
export const resources: Fact<'resources', Resources> = {
  id: 'resources',
  derive(facts) {
    const loop = facts.find(eventLoop)
    const accelerator = facts.find(device)
    const batches = facts.find(batching)
    const thread = busiest(seriesOf(facts, 'thread.cpu'))
    return known({
      eventLoopUtilization: loop?.utilization ?? null,
      processCpu: sumOver(facts, 'process.cpu'),
      hostCpu: busiest(seriesOf(facts, 'host.cpu'))?.mean ?? null,
      hottestThread: thread === null ? null : { name: thread.series.instance, busyFraction: thread.mean },
      gpuUtilization: busiest(seriesOf(facts, 'gpu.utilization'))?.mean ?? accelerator?.reportedUtilization ?? null,
      deviceSimulated: accelerator?.simulated ?? false,
      deviceBusyFraction: accelerator?.source === 'batches' ? accelerator.busyFraction : null,
      batchFullness: batches?.fullness ?? null,
      meanBatch: batches?.meanSize ?? null,
      maxBatch: batches?.capacity ?? null,
      meanQueueDepth: sumOver(facts, 'queue.depth'),
      meanInFlight: facts.find(inFlight)?.mean ?? null,
      gcFraction: facts.find(gcPauses)?.fraction ?? null,
      rssPeakBytes: peakSum(facts, 'process.rss'),
    })
  },
}

function sumOver(facts: Facts, metric: Metric): number | null {
  const all = seriesOf(facts, metric)
  return all.length === 0 ? null : all.reduce((sum, one) => sum + meanOf(one), 0)
}

/** Sum over instances of each one's peak: an upper bound of the peak of the sum. */
function peakSum(facts: Facts, metric: Metric): number | null {
  const all = seriesOf(facts, metric)
  if (all.length === 0) return null
  return all.reduce((sum, one) => sum + one.value.reduce((peak, value) => Math.max(peak, value), 0), 0)
}
