import { expect, test } from 'vitest'
import { seededRandom } from './random.js'
import { timeOrder } from './time-order.js'

test('near-sorted, clustered and equal times all come out in order', () => {
  const random = seededRandom(5)
  const nearSorted = Float64Array.from({ length: 2000 }, (_, i) => i + 20 * random())
  const clustered = Float64Array.from({ length: 2000 }, (_, i) => (i % 500 === 0 ? 1e9 : random()))
  for (const times of [nearSorted, clustered, new Float64Array(300), Float64Array.of(3), new Float64Array()]) {
    const ordered = Array.from(timeOrder(times), (row) => times[row]!)
    expect(ordered).toEqual([...times].sort((a, b) => a - b))
  }
})

test('equal times keep their order', () => {
  expect([...timeOrder(Float64Array.of(2, 1, 2, 1))]).toEqual([1, 3, 0, 2])
})
