import { expect, test } from 'vitest'
import { seededRandom } from './random.js'
import { sortByTime, timeOrder } from './time-order.js'

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

test('what is no number comes last, each once', () => {
  expect([...timeOrder(Float64Array.of(Number.NaN, 3, Number.NaN, 1, 2))]).toEqual([3, 4, 1, 0, 2])
})

test('times that never end have a place, too', () => {
  const infinity = Number.POSITIVE_INFINITY
  expect([...timeOrder(Float64Array.of(infinity, 3, -infinity, 1))]).toEqual([2, 3, 1, 0])
})

test('tags go along with their times, and decide between equal ones', () => {
  const random = seededRandom(6)
  const times = Float64Array.from({ length: 5000 }, (_, i) => Math.floor((i % 100 === 0 ? 1e6 : 300) * random()))
  const tags = Uint32Array.from(times, (_, i) => (i * 2003) % 5000)
  const wanted = Array.from(times, (time, i) => [time, tags[i]!] as const).sort(([a, s], [b, t]) => a - b || s - t)
  sortByTime(times, tags)
  expect(Array.from(times, (time, i) => [time, tags[i]!])).toEqual(wanted)
})

test('what is in order already stays, but for equal times whose tags are not', () => {
  const sorted = Float64Array.of(-1, -0, 0, 2, 2, 5)
  expect([...timeOrder(sorted)]).toEqual([0, 1, 2, 3, 4, 5])
  const tags = Uint32Array.of(9, 4, 3, 8, 7, 1)
  sortByTime(sorted, tags)
  expect([...tags]).toEqual([9, 3, 4, 7, 8, 1])
  expect([...timeOrder(Float64Array.of(1, 2, Number.NaN))]).toEqual([0, 1, 2])
})
