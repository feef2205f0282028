import { expect, test } from 'vitest'
import { joinByParent, UNJOINED } from './parent-join.js'

const ids = (...low: number[]) => ({
  count: low.length,
  parentHigh: new Uint32Array(low.length).fill(7),
  parentLow: Uint32Array.from(low),
})

test('a request joins the server row that carries its id', () => {
  const server = { ...ids(3, 1), startMs: Float64Array.of(1, 2) }
  expect([...joinByParent(ids(1, 2, 3), server)]).toEqual([1, UNJOINED, 0])
})

test('of a gateway and what is behind it, the one that saw the request first wins, whichever is on record first', () => {
  const inner = { ...ids(1, 1), startMs: Float64Array.of(15, 10) }
  expect([...joinByParent(ids(1), inner)]).toEqual([1])
  const outer = { ...ids(1, 1), startMs: Float64Array.of(10, 15) }
  expect([...joinByParent(ids(1), outer)]).toEqual([0])
})
