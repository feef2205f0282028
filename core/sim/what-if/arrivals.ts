import type { Facts } from '../../facts/fact.js'
import type { Traffic } from '../../facts/traffic.js'
import { PHASES } from '../../model/recording.js'
import type { LoadInfo } from '../../model/recording-meta.js'
import { exponential, seededRandom } from '../../stats/random.js'
import type { Arrivals, Schedule } from './service-model.js'

const WARM_UP = PHASES.indexOf('warm-up')

/** The recorded arrivals. `order` are the timed requests of `window` by when they were due. */
export function recordedArrivals({ recording }: Facts, { startMs, seenFrom }: Traffic, order: Uint32Array): Arrivals {
  const { requests, meta } = recording
  const warmUp: number[] = []
  if (seenFrom === 'client') {
    for (let row = 0; row < requests.count; row++) {
      if (requests.phase[row] === WARM_UP && requests.scheduledMs[row]! >= 0) warmUp.push(requests.scheduledMs[row]!)
    }
  }
  const scheduledMs = new Float64Array(warmUp.length + order.length)
  scheduledMs.set(Float64Array.from(warmUp).sort())
  for (let i = 0; i < order.length; i++) scheduledMs[warmUp.length + i] = startMs[order[i]!]!
  return {
    scheduledMs,
    request: demandsInTurn(scheduledMs.length, warmUp.length, order.length),
    measuredFrom: warmUp.length,
    schedule: meta.load === null ? null : scheduleOf(meta.load, scheduledMs),
  }
}

/** Scheduled and recorded arrivals may differ by so much, for times are rounded on the way. */
const SAME_MS = 0.01

/** The schedule that the recorded arrivals are; null when they are not exactly what its seed gives. */
function scheduleOf(load: LoadInfo, recordedMs: Float64Array): Schedule | null {
  const { arrivals, rate, seed, warmupMs, measuredFromMs, measuredToMs } = load
  if (load.loop !== 'open' || arrivals === 'trace') return null
  const schedule = { kind: arrivals, rate, seed, warmupMs, untilMs: warmupMs + measuredToMs - measuredFromMs }
  let place = 0
  let offsetMs = 0
  for (const wantedMs of scheduled(schedule)) {
    if (place === 0) offsetMs = recordedMs[0]! - wantedMs
    if (!(Math.abs(wantedMs + offsetMs - recordedMs[place++]!) < SAME_MS)) return null
  }
  return place === recordedMs.length ? schedule : null
}

/**
 * The arrivals at a rate `factor` times as high. A load generator with a seed sends the same sequence of gaps, faster,
 * for as long as before; what is scheduled is therefore known. Recorded traffic just comes closer together.
 */
export function arrivalsAt(arrivals: Arrivals, factor: number, requests: number): Arrivals {
  if (arrivals.schedule === null) {
    const first = arrivals.scheduledMs[0]!
    return { ...arrivals, scheduledMs: arrivals.scheduledMs.map((ms) => first + (ms - first) / factor) }
  }
  const schedule = { ...arrivals.schedule, rate: arrivals.schedule.rate * factor }
  const scheduledMs = Float64Array.from(scheduled(schedule))
  const measuredFrom = scheduledMs.filter((ms) => ms < schedule.warmupMs).length
  return { scheduledMs, request: demandsInTurn(scheduledMs.length, measuredFrom, requests), measuredFrom, schedule }
}

/** load/schedule/arrivals.ts draws the same. */
function* scheduled({ kind, rate, seed, untilMs }: Schedule): Generator<number> {
  const random = seededRandom(seed)
  const gapMs = 1000 / rate
  let atMs = kind === 'constant' ? 0 : exponential(random, gapMs)
  for (let number = 1; atMs < untilMs; number++) {
    yield atMs
    atMs = kind === 'constant' ? number * gapMs : atMs + exponential(random, gapMs)
  }
}

/** The first measured arrival has the demands of the first recorded request, and so on in turn, warm-up before it. */
export function demandsInTurn(arrivals: number, measuredFrom: number, requests: number): Uint32Array {
  const turns = new Uint32Array(arrivals)
  let next = (requests - (measuredFrom % requests)) % requests
  for (let i = 0; i < arrivals; i++) {
    turns[i] = next
    next = next + 1 === requests ? 0 : next + 1
  }
  return turns
}
