import { expect, test } from 'vitest'
import { gather, pick, tabulate } from './gather.js'

test('values are made, taken and picked by their places, whatever they are', () => {
  const values = Float64Array.of(Number.NaN, -0, Number.POSITIVE_INFINITY, 3)
  expect(tabulate(4, (place) => values[place]!)).toEqual(values)
  expect(gather(values, [3, 3, 0])).toEqual(Float64Array.of(3, 3, Number.NaN))
  expect(pick(values, (place) => values[place] !== 3)).toEqual(values.subarray(0, 3))
  expect(pick(values, (place) => place > 1)).toEqual(values.subarray(2))
})

test('of nothing comes nothing', () => {
  expect(tabulate(0, () => 1)).toHaveLength(0)
  expect(gather(new Float64Array(), [])).toHaveLength(0)
  expect(pick(new Float64Array(), () => true)).toHaveLength(0)
  expect(pick(Float64Array.of(1), () => false)).toHaveLength(0)
})
