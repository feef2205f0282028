import type { Targets } from './level-verdict.js'
import { MOST_PAIRS, type SearchStep } from './search.js'

/** How long a level is held. */
export type LevelTime = {
  /** Left out at its start, while the queue fills. */
  readonly warmupMs: number
  /** Measured at least this long, however clear it is. */
  readonly leastMs: number
  /** And at most this long. */
  readonly mostMs: number
}

/**
 * Requests that a level near the limit is judged by. Around the knee of a single server (M/D/1) the rate at which p95
 * crosses its limit is then known to about 2.5 % from one level, whatever the service time.
 */
const REQUESTS_WHEN_CLOSE = 2000
const [LEAST_WHEN_CLOSE_MS, MOST_WHEN_CLOSE_MS] = [4000, 10_000]
/** Enough for a p95 that is clear of its limit. */
const REQUESTS_WHEN_CLEAR = 150
const LEAST_MS = 1200

/** `restMs`: what a whole answer takes by itself. */
export function levelTime(rate: number, targets: Targets, step: SearchStep, restMs = 0): LevelTime {
  const limitMs = longestLimitMs(targets)
  const answersMs = wholeAnswersMs(targets, restMs)
  const rarest = Math.min(...targets.latency.map(({ allowed }) => allowed))
  // Three times the tolerated late requests' reciprocal: 60 for p95, 300 for p99, each with a margin.
  const clearRequests = Math.max(REQUESTS_WHEN_CLEAR, 4 / rarest)
  const ms = (requests: number) => (requests / rate) * 1000
  const closeMs = Math.min(MOST_WHEN_CLOSE_MS, Math.max(LEAST_WHEN_CLOSE_MS, ms(REQUESTS_WHEN_CLOSE)))
  // Between two rates that differ little, a short level that looks clear may be chance.
  const clearMs = (step === 'doubling' ? 1 : 2) * Math.max(LEAST_MS, ms(clearRequests), 3 * limitMs)
  const leastMs = Math.max(clearMs, 3 * answersMs)
  const mostMs = Math.max(closeMs, 2 * clearMs, leastMs)
  return {
    warmupMs: Math.max(Math.min(3000, Math.max(500, 5 * limitMs)), answersMs),
    leastMs: step === 'repeat' ? mostMs : leastMs,
    mostMs,
  }
}

/** Under load whole answers take longer than by themselves: those of a service that keeps up about so many times that. */
const ANSWER_TIMES = 2

/** A target on the first byte says nothing of how long an answer goes on: until answers end as often as they begin, more and more are under way. */
export function wholeAnswersMs({ latency }: Targets, restMs: number): number {
  return latency.some(({ until }) => until === 'first-byte') ? ANSWER_TIMES * restMs : 0
}

export function longestLimitMs({ latency }: Targets): number {
  return Math.max(...latency.map(({ limitMs }) => limitMs))
}

/** Levels of a search whose knee is near its first rate: that one and its double, those that halve the bracket, and the pairs. */
export function longestSearchMs(startRps: number, targets: Targets, precision: number, restMs = 0): number {
  const held = (step: SearchStep) => {
    const { warmupMs, mostMs } = levelTime(startRps, targets, step, restMs)
    return warmupMs + mostMs
  }
  const halvings = Math.max(0, Math.ceil(Math.log2(Math.LN2 / Math.log1p(precision))))
  return 2 * held('doubling') + halvings * held('bisection') + 2 * MOST_PAIRS * held('repeat')
}
