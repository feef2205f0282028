import type { SlaTarget } from '../../core/model/sla-targets.js'
import type { LevelWatch } from './level-watch.js'

/** At most `allowed` (0..1) of the requests may take longer than `limitMs`: p95 within 120 ms is 0.05 and 120. */
export type LatencyTarget = Omit<SlaTarget, 'percentile'> & { readonly allowed: number }

/** How a level stands against one latency target. */
export type Lateness = {
  readonly target: LatencyTarget
  /** Requests whose fate against the limit is known. */
  readonly requests: number
  /** Share of them that failed or took longer. */
  readonly fraction: number
  /** Of `fraction`: what batch means and bunches of late requests say, the larger of them. */
  readonly standardError: number
  /** (fraction - allowed) / its error by batch means; beyond about 3 either way it is no chance. NaN without requests. */
  readonly z: number
}

/** Late requests come in bunches, so the error is taken from the spread over this many consecutive blocks. */
const BLOCKS = 10

/**
 * The share of late requests among those that were due from the warm-up's end to `untilMs - limit`: whoever has no answer, or
 * no first byte of one, by then is late for certain. A percentile is within its limit exactly when this share is at most 1 - p, and a share,
 * unlike a percentile, has a simple standard error and is known before the slow answers are in.
 *
 * `untilMs`: offset up to which every answer has been told.
 */
export function latenessOf(watch: LevelWatch, target: LatencyTarget, untilMs: number): Lateness {
  const [first, end] = watch.dueWithin(watch.warmupMs, untilMs - target.limitMs)
  const requests = end - first
  const late = new Float64Array(BLOCKS)
  const bunches = new Bunches(target.limitMs)
  let total = 0
  for (let i = first; i < end; i++) {
    if (isOnTime(watch, target, i)) continue
    late[Math.floor(((i - first) * BLOCKS) / requests)]!++
    bunches.add(watch.dueMs[i]!)
    total++
  }
  if (requests < BLOCKS) {
    return { target, requests, fraction: Number.NaN, standardError: Number.NaN, z: Number.NaN }
  }
  const fraction = total / requests
  const perBlock = requests / BLOCKS
  let squares = 0
  for (const count of late) squares += (count / perBlock - fraction) ** 2
  const ofBlocks = Math.sqrt(squares / (BLOCKS - 1) / BLOCKS)
  // With no late request at all the spread is 0; it cannot be less than that of independent requests at the limit.
  const ofChance = Math.sqrt((target.allowed * (1 - target.allowed)) / requests)
  const z = (fraction - target.allowed) / Math.max(ofBlocks, ofChance)
  const standardError = Math.max(ofBlocks, ofChance, Math.sqrt(bunches.squares) / requests)
  return { target, requests, fraction, standardError, z }
}

/** An answer that has begun in time and is still under way keeps a target on its first byte, unless it comes to fail. */
export function isOnTime(watch: LevelWatch, { until, limitMs }: LatencyTarget, number: number): boolean {
  const tookMs = tookMsOf(watch, until, number)
  return tookMs !== null && tookMs <= limitMs
}

/** From when it was due; null of a request that failed, and where it is not known yet. */
export function tookMsOf(watch: LevelWatch, until: LatencyTarget['until'], number: number): number | null {
  const hasFailed = !Number.isNaN(watch.endMs[number]!) && watch.ok[number] === 0
  const at = (until === 'first-byte' ? watch.firstByteMs : watch.endMs)[number]!
  return hasFailed || Number.isNaN(at) ? null : at - watch.dueMs[number]!
}

/**
 * Late requests in bunches: those due within one limit of the last late one belong to its bunch. Bunches come at random, so
 * the variance of the late requests is the sum of the squared sizes (a compound Poisson count), however long a bunch is.
 * Blocks see that only while a bunch is shorter than they are, which fails near the capacity of a service.
 */
class Bunches {
  readonly #gapMs: number
  #size = 0
  #untilMs = Number.NEGATIVE_INFINITY
  #squares = 0

  constructor(gapMs: number) {
    this.#gapMs = gapMs
  }

  add(dueMs: number): void {
    if (dueMs > this.#untilMs) {
      this.#squares = this.squares
      this.#size = 0
    }
    this.#size++
    this.#untilMs = dueMs + this.#gapMs
  }

  get squares(): number {
    return this.#squares + this.#size ** 2
  }
}
