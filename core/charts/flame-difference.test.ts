import { expect, test } from 'vitest'
import type { Chart, FlameDifferenceNode, FlameGraph, FlameNode } from '../model/charts.js'
import { drawFlameDifference } from './flame-difference.js'

type Shape = { readonly [name: string]: number | Shape }

/** Functions with their self time, or what they call; "name@file:1" gives a place. */
function calls(name: string, shape: number | Shape): FlameNode {
  const children = typeof shape === 'number' ? [] : Object.entries(shape).map(([key, inner]) => calls(key, inner))
  const selfMs = typeof shape === 'number' ? shape : 0
  const totalMs = children.reduce((sum, child) => sum + child.totalMs, selfMs)
  const [functionName, location = ''] = name.split('@')
  return { name: functionName!, location, stage: null, selfMs, totalMs, children }
}

function graph(shape: Shape, sampledMs = 2000): Chart<FlameGraph> {
  const root = calls('all', shape)
  return {
    available: true,
    chart: { root, sampledMs, windows: 1, intervalUs: 1000, prunedMs: 0, excluded: [], agentMs: 0 },
  }
}

function difference(before: Chart<FlameGraph>, after: Chart<FlameGraph>): FlameDifferenceNode {
  const chart = drawFlameDifference(before, after)
  if (!chart.available) throw new Error(chart.reason)
  return chart.chart.root
}

function child(node: FlameDifferenceNode, name: string): FlameDifferenceNode {
  const found = node.children.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

test('a call path that vanished and one that is new both keep a box', () => {
  const root = difference(graph({ handle: { parse: 800 } }), graph({ handle: { decode: 100 } }))
  const handle = child(root, 'handle')
  expect(handle).toMatchObject({ beforeMs: 400, afterMs: 50, sure: true })
  expect(child(handle, 'parse')).toMatchObject({ beforeMs: 400, afterMs: 0, selfBeforeMs: 400, sure: true })
  expect(child(handle, 'decode')).toMatchObject({ beforeMs: 0, afterMs: 50, selfAfterMs: 50, sure: true })
})

test('boxes are as wide as both recordings together, so the callees fit into their caller', () => {
  const root = difference(graph({ f: { a: 300, b: 10 } }), graph({ f: { a: 10, b: 400 } }))
  const f = child(root, 'f')
  expect(f.children.reduce((sum, one) => sum + one.totalMs, 0)).toBeCloseTo(f.totalMs, 9)
  expect(f.children.map(({ name }) => name)).toEqual(['b', 'a'])
})

test('recordings that were sampled for different times compare by the second', () => {
  const root = difference(graph({ f: 1000 }, 2000), graph({ f: 2000 }, 4000))
  expect(child(root, 'f')).toMatchObject({ beforeMs: 500, afterMs: 500, sure: false })
})

test('a difference that chance among the samples explains is not sure', () => {
  const root = difference(graph({ f: 100, g: 1000 }), graph({ f: 130, g: 1300 }))
  expect(child(root, 'f').sure).toBe(false)
  expect(child(root, 'g').sure).toBe(true)
})

test('a function that an edit moved to another line is still the same, in another file it is not', () => {
  const root = difference(graph({ 'f@a.js:10': 500, 'g@a.js:90': 500 }), graph({ 'f@a.js:14': 500, 'g@b.js:90': 500 }))
  expect(child(root, 'f')).toMatchObject({ beforeMs: 250, afterMs: 250 })
  expect(root.children.filter(({ name }) => name === 'g')).toHaveLength(2)
})

test('boxes too small to be seen are left out', () => {
  const root = difference(graph({ f: 10_000, tiny: 1 }), graph({ f: 10_000 }))
  expect(root.children.map(({ name }) => name)).toEqual(['f'])
})

test('without a profile on one side there is no difference, and the reason names the side', () => {
  const none: Chart<FlameGraph> = { available: false, reason: 'no CPU profile was taken' }
  expect(drawFlameDifference(graph({ f: 1 }), none)).toEqual({
    available: false,
    reason: 'after: no CPU profile was taken',
  })
})
