import { exponential, seededRandom } from '../../core/stats/random.js'

/** A steady rate with a burst in it. */
export type Spike = {
  readonly rate: number
  /** The burst's rate as a multiple. */
  readonly factor: number
  readonly beforeMs: number
  readonly spikeMs: number
  readonly afterMs: number
  readonly seed: number
}

/** Poisson arrivals whose rate is `factor` times as high during the spike: a trace, in ms from the start. */
export function spikeArrivals({ rate, factor, beforeMs, spikeMs, afterMs, seed }: Spike): Float64Array {
  const random = seededRandom(seed)
  const times: number[] = []
  const spikeEndMs = beforeMs + spikeMs
  // Unit-rate arrivals, their time stretched: the integral of the rate runs `factor` times as fast in the spike.
  const ended = (rate / 1000) * (beforeMs + factor * spikeMs + afterMs)
  for (let at = exponential(random, 1); at < ended; at += exponential(random, 1)) {
    const ms = (at * 1000) / rate
    if (ms < beforeMs) times.push(ms)
    else if (ms < beforeMs + factor * spikeMs) times.push(beforeMs + (ms - beforeMs) / factor)
    else times.push(spikeEndMs + ms - beforeMs - factor * spikeMs)
  }
  return Float64Array.from(times)
}
