import { nowMs } from './clock.js'

/** Long enough for the clock, short enough that hardly any is interrupted; the best of them is neither cold nor interrupted. */
const TRIES = 3
/** What nobody reads need not be computed. */
let total = 0
const TEXT = new TextEncoder().encode('-1.604213,0.928375,'.repeat(256))

/**
 * How long a fixed piece of work takes on this thread now, in ms: the speed of its core. It keeps the core's units as busy as parsing does: what
 * another thread on the same core takes (hyper-threading) does not show in work that waits for each of its results.
 * test/bench/core-speed.mjs
 */
export function fixedWorkMs(): number {
  let bestMs = Number.POSITIVE_INFINITY
  for (let tries = 0; tries < TRIES; tries++) {
    const startMs = nowMs()
    total = (total + sumOfNumbers()) | 0
    bestMs = Math.min(bestMs, nowMs() - startMs)
  }
  return bestMs
}

function sumOfNumbers(): number {
  let [sum, number, negative] = [0, 0, 0]
  for (let i = 0; i < TEXT.length; i++) {
    const byte = TEXT[i]!
    if (byte >= 48 && byte <= 57) number = (number * 10 + byte - 48) | 0
    else if (byte === 45) negative++
    else if (byte === 44) {
      sum = (sum + number) | 0
      number = 0
    }
  }
  return sum - negative
}
