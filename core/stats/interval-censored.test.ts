import { describe, expect, it } from 'vitest'
import { censored } from './interval-censored.js'
import { mean } from './mean.js'
import { exponential, seededRandom } from './random.js'

const COUNT = 2000

/** `value` seen exactly, or, in the share `busy` of the cases, only as being within a stretch around it. */
function seen(values: Float64Array, busy: number, stretch: number) {
  const random = seededRandom(3)
  const [lows, highs] = [values.slice(), values.slice()]
  for (let i = 0; i < values.length; i++) {
    if (random() >= busy) continue
    const before = random() * stretch
    lows[i] = Math.max(0, values[i]! - before)
    highs[i] = values[i]! + stretch - before
  }
  return { lows, highs }
}

function drawn(draw: (random: () => number) => number): Float64Array {
  const random = seededRandom(1)
  return Float64Array.from({ length: COUNT }, () => draw(random))
}

describe('a quantity that was seen within intervals', () => {
  it('is what it always is, though it was never seen', () => {
    const { lows, highs } = seen(new Float64Array(COUNT).fill(20), 1, 15)
    expect(censored(lows, highs)!.meanWithin(10, 30)).toBeCloseTo(20, 1)
  })

  it('has the mean and the spread that it has, of which the intervals alone tell neither', () => {
    const values = drawn((random) => 5 + exponential(random, 20))
    const { lows, highs } = seen(values, 0.8, 30)
    expect(mean(lows) / mean(values)).toBeLessThan(0.75)
    const times = censored(lows, highs)!
    expect(times.meanWithin(0, 1000) / mean(values)).toBeCloseTo(1, 1)
    const guessed = lows.map((low, i) => times.meanWithin(low, highs[i]!))
    expect(mean(guessed) / mean(values)).toBeCloseTo(1, 1)
    for (let i = 0; i < COUNT; i++) {
      expect(guessed[i]).toBeGreaterThanOrEqual(lows[i]! - 1e-9)
      expect(guessed[i]).toBeLessThanOrEqual(highs[i]! + 1e-9)
    }
  })

  it('tells two kinds apart by where they can be', () => {
    const values = drawn((random) => (random() < 0.5 ? 1 : 40))
    const { lows, highs } = seen(values, 0.7, 12)
    const times = censored(lows, highs)!
    expect(times.meanWithin(0, 12)).toBeCloseTo(1, 1)
    expect(times.meanWithin(30, 50)).toBeCloseTo(40, 1)
    expect(times.meanWithin(0, 60)).toBeGreaterThan(17)
    expect(times.meanWithin(0, 60)).toBeLessThan(24)
  })

  it('says nothing of where nothing was seen, and of nothing nothing', () => {
    const times = censored(Float64Array.of(1, 2), Float64Array.of(1, 2))!
    expect(times.meanWithin(1, 2)).toBe(1.5)
    expect(times.meanWithin(3, 4)).toBeNaN()
    expect(censored(new Float64Array(0), new Float64Array(0))).toBeNull()
  })
})
