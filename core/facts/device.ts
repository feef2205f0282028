import { batching } from './batching.js'
import { type Fact, known, notMeasured } from './fact.js'
import { meanOf, type Series, seriesOf } from './series.js'

/** The accelerator, as far as anyone saw it. */
export type Device = {
  /** From the start and end of batches where there are any, else as the device reports it. */
  readonly busyFraction: number
  readonly source: 'batches' | 'reported'
  /** The device's own figure; null = not sampled. */
  readonly reportedUtilization: number | null
  readonly simulated: boolean
}

export const device: Fact<'device', Device> = {
  id: 'device',
  derive(facts) {
    const gpu = seriesOf(facts, 'gpu.utilization')
    const own = seriesOf(facts, 'device.utilization')
    const reported = [...own, ...gpu]
    const batches = facts.find(batching)
    const reportedUtilization = reported.length === 0 ? null : meanOfAll(own.length > 0 ? own : gpu)
    const declared = facts.recording.meta.pipeline.deviceSimulated?.value === true
    const simulated = declared || reported.some((one) => one.simulated)
    if (batches !== null) {
      return known({ busyFraction: batches.deviceBusyFraction, source: 'batches', reportedUtilization, simulated })
    }
    if (reportedUtilization === null) return notMeasured('no batches and no device counters were recorded')
    return known({ busyFraction: reportedUtilization, source: 'reported', reportedUtilization, simulated })
  },
}

function meanOfAll(all: readonly Series[]): number {
  return all.reduce((sum, one) => sum + meanOf(one), 0) / all.length
}
