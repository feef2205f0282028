import { expect, test } from 'vitest'
import type { CpuProfile } from '../model/recording.js'
import { callOrder } from './call-order.js'

function profile(children: Readonly<Record<number, readonly number[]>>): CpuProfile {
  const callFrame = { functionName: 'f', scriptId: '1', url: '', lineNumber: 0, columnNumber: 0 }
  const nodes = Object.entries(children).map(([id, called]) => ({ id: Number(id), callFrame, children: called }))
  return { nodes, startTime: 0, endTime: 0, samples: [], timeDeltas: [] }
}

function callersOf(of: CpuProfile): Record<number, number | null> {
  const { nodes, callers } = callOrder(of)
  return Object.fromEntries(
    nodes.map(({ id }, i) => {
      if (callers[i]! >= 0) expect(callers[i]).toBeLessThan(i)
      return [id, callers[i]! < 0 ? null : nodes[callers[i]!]!.id]
    }),
  )
}

test('callers come before what they call, whatever order the profile has', () => {
  expect(callersOf(profile({ 1: [], 2: [1], 3: [2, 4], 4: [] }))).toEqual({ 1: 2, 2: 3, 3: null, 4: 3 })
})

test('each node of a profile that calls itself in a circle, or names nodes that it lacks, comes once', () => {
  expect(Object.keys(callersOf(profile({ 1: [2], 2: [1], 3: [3], 4: [99] })))).toEqual(['1', '2', '3', '4'])
})

test('a stack of 100,000 functions exhausts nothing', () => {
  const deep = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [i + 1, [i + 2]]))
  expect(callOrder(profile(deep)).nodes.length).toBe(100_000)
})
