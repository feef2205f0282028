import { expect, test } from 'vitest'
import { cutBefore } from './profile-cut.js'

const node = (id: number, children: number[] = []) => ({
  id,
  callFrame: { functionName: `f${id}`, scriptId: '1', url: '', lineNumber: 0, columnNumber: 0 },
  hitCount: 9,
  positionTicks: [{ line: 1, ticks: 9 }],
  children,
})
const PROFILE = {
  nodes: [node(1, [2, 4]), node(2, [3]), node(3), node(4)],
  startTime: 1000,
  endTime: 5200,
  samples: [4, 4, 3, 2],
  timeDeltas: [100, 1000, 1000, 1000],
}

test('samples and functions of before are left out, and times stay as they were', () => {
  const cut = cutBefore(PROFILE, 3000)
  expect(cut.nodes.map(({ id, hitCount, children }) => [id, hitCount, children])).toEqual([
    [1, 0, [2]],
    [2, 1, [3]],
    [3, 1, []],
  ])
  expect(cut).toMatchObject({ samples: [3, 2], timeDeltas: [100, 1000], startTime: 3000, endTime: 5200 })
})

test('a profile that begins later is unchanged', () => {
  expect(cutBefore(PROFILE, 500)).toBe(PROFILE)
  expect(cutBefore(PROFILE, Number.NEGATIVE_INFINITY)).toBe(PROFILE)
})

test('one that was over before is empty, and still a profile', () => {
  expect(cutBefore(PROFILE, 9000)).toMatchObject({ samples: [], timeDeltas: [], startTime: 9000, endTime: 9000 })
  expect(cutBefore(PROFILE, 9000).nodes.map(({ id }) => id)).toEqual([1])
  expect(cutBefore({ nodes: [], startTime: 0, endTime: 1 }, 5)).toMatchObject({ nodes: [] })
})
