import { describe, expect, it } from 'vitest'
import { censored, type Queue } from './interval-censored.js'
import { mean } from './mean.js'
import { exponential, seededRandom } from './random.js'

const COUNT = 2000
const SERVICE_MS = 8

/** A server in turn, `load` busy: what it has still to do at random moments, since when it has been busy (NaN: it is not). */
function server(load: number) {
  const random = seededRandom(3)
  const moments: { readonly leftMs: number; readonly busyForMs: number }[] = []
  let [nowMs, freeMs, busySinceMs] = [0, 0, 0]
  while (moments.length < COUNT) {
    nowMs += exponential(random, SERVICE_MS / load / 2)
    if (random() < 0.5) {
      moments.push({ leftMs: Math.max(0, freeMs - nowMs), busyForMs: nowMs - busySinceMs })
      continue
    }
    if (freeMs <= nowMs) busySinceMs = nowMs
    freeMs = Math.max(freeMs, nowMs) + SERVICE_MS
  }
  return moments
}

/** What such a server lets know of each value that ends at one of these moments, and is then waited for. */
function seen(values: Float64Array, load: number): Observed {
  const moments = server(load)
  const busy = moments.filter(({ leftMs }) => leftMs > 0)
  return {
    lows: values.map((ms, i) => (moments[i]!.leftMs > 0 ? Math.max(0, ms - moments[i]!.busyForMs) : ms)),
    highs: values.map((ms, i) => ms + moments[i]!.leftMs),
    queue: { waitMs: mean(busy.map(({ leftMs }) => leftMs)), busy: busy.length / COUNT },
  }
}

function drawn(draw: (random: () => number) => number): Float64Array {
  const random = seededRandom(1)
  return Float64Array.from({ length: COUNT }, () => draw(random))
}

type Observed = { readonly lows: Float64Array; readonly highs: Float64Array; readonly queue: Queue | null }

function guessedFrom({ lows, highs, queue }: Observed): Float64Array {
  const times = censored(lows, highs, queue)!
  return lows.map((low, i) => times.meanWithin(low, highs[i]!))
}

describe('a time that was seen within intervals, for what followed waited for a busy server', () => {
  it('is what it always is', () => {
    const guessed = guessedFrom(seen(new Float64Array(COUNT).fill(20), 0.9))
    expect(mean(guessed)).toBeCloseTo(20, -1)
  })

  it.each([
    ['spread out', drawn((random) => 5 + exponential(random, 20))],
    ['of two kinds', drawn((random) => (random() < 0.5 ? 3 : 40))],
  ])('has the mean that it has, %s, of which the intervals alone do not tell', (_, values) => {
    const some = seen(values, 0.85)
    expect(mean(some.lows) / mean(values)).toBeLessThan(0.75)
    expect(mean(some.highs) / mean(values)).toBeGreaterThan(1.3)
    const guessed = guessedFrom(some)
    expect(Math.abs(mean(guessed) / mean(values) - 1)).toBeLessThan(0.1)
    for (let i = 0; i < COUNT; i++) {
      expect(guessed[i]).toBeGreaterThanOrEqual(some.lows[i]! - 1e-9)
      expect(guessed[i]).toBeLessThanOrEqual(some.highs[i]! + 1e-9)
    }
  })

  it('is known exactly where nothing waits', () => {
    const values = drawn((random) => exponential(random, 5))
    const exactly = { lows: values, highs: values, queue: null }
    for (const [i, guess] of guessedFrom(exactly).entries()) expect(guess).toBeCloseTo(values[i]!, 6)
  })

  it('says nothing of where nothing was seen, and of nothing nothing', () => {
    const times = censored(Float64Array.of(1, 2), Float64Array.of(1, 2), null)!
    expect(times.meanWithin(1, 2)).toBe(1.5)
    expect(times.meanWithin(3, 4)).toBeNaN()
    expect(times.meanWithin(1.2, 1.8)).toBeNaN()
    expect(censored(new Float64Array(0), new Float64Array(0), null)).toBeNull()
  })
})
