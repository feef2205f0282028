import type { Metric } from '../model/recording.js'
import { device } from './device.js'
import { type Fact, type Facts, known, notMeasured } from './fact.js'
import { busiest, meanOf, type Series, seriesOf } from './series.js'

/** The clock of the GPU that is reduced most. */
export type DeviceClock = {
  readonly gpu: string
  /** Mean clock over its maximum. */
  readonly ratio: number
  readonly clockMhz: number
  readonly maxClockMhz: number
  /** Share of the samples in which power or heat reduced it; null = not sampled. */
  readonly throttled: number | null
  readonly busyFraction: number
  /** Degrees Celsius and watts; null = not sampled. */
  readonly temperature: number | null
  readonly power: number | null
}

export const deviceClock: Fact<'deviceClock', DeviceClock> = {
  id: 'deviceClock',
  derive(facts) {
    let slowest: DeviceClock | null = null
    for (const clock of seriesOf(facts, 'gpu.smClock')) {
      const found = clockOf(facts, clock)
      if (found !== null && (slowest === null || found.ratio < slowest.ratio)) slowest = found
    }
    return slowest === null ? notMeasured('no GPU clock was sampled') : known(slowest)
  },
}

function clockOf(facts: Facts, clock: Series): DeviceClock | null {
  const gpu = clock.instance
  const sampled = (metric: Metric) => {
    const one = seriesOf(facts, metric).find(({ instance }) => instance === gpu)
    return one === undefined ? null : meanOf(one)
  }
  const maxClockMhz = sampled('gpu.maxSmClock')
  if (maxClockMhz === null || maxClockMhz <= 0) return null
  const clockMhz = meanOf(clock)
  return {
    gpu,
    ratio: Math.min(1, clockMhz / maxClockMhz),
    clockMhz,
    maxClockMhz,
    throttled: sampled('gpu.throttled'),
    busyFraction: Math.max(
      facts.find(device)?.busyFraction ?? 0,
      busiest(seriesOf(facts, 'gpu.utilization'))?.mean ?? 0,
    ),
    temperature: sampled('gpu.temperature'),
    power: sampled('gpu.power'),
  }
}
