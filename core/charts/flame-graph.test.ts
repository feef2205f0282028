import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { type Frame, profileOf } from '../../test/support/profiled-stacks.js'
import type { FlameGraph, FlameNode } from '../model/charts.js'
import type { CpuProfileNode, ProfileWindow, Recording } from '../model/recording.js'
import { drawFlameGraph } from './flame-graph.js'

const RECORDING = synthesize({ durationMs: 4000 })

function draw(recording: Recording): FlameGraph {
  const chart = drawFlameGraph(recording)
  if (!chart.available) throw new Error(chart.reason)
  return chart.chart
}

function node(id: number, functionName: string, children: number[] = []): CpuProfileNode {
  const url = functionName.startsWith('(') ? '' : 'file:///srv/app/body.js'
  return { id, callFrame: { functionName, scriptId: '1', url, lineNumber: 11, columnNumber: 0 }, children }
}

/** One sample a millisecond from `startMs`; the profile's own clock is far from the recording's. */
function profileWindow(nodes: CpuProfileNode[], samples: number[], startMs = 100): ProfileWindow {
  const startTime = 9_000_000_000
  return {
    thread: 0,
    startMs,
    endMs: startMs + samples.length,
    file: 'test.cpuprofile',
    profile: {
      nodes,
      samples,
      startTime,
      endTime: startTime + samples.length * 1000,
      timeDeltas: samples.map((_, i) => (i === 0 ? 0 : 1000)),
    },
  }
}

const NODES = [
  node(1, '(root)', [2, 3, 5]),
  node(2, '(idle)'),
  node(3, 'handle', [4]),
  node(4, 'parse'),
  node(5, '(program)'),
]

function find(root: FlameNode, name: string): FlameNode {
  const found = [root].concat(flatten(root)).find((one) => one.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

function flatten(root: FlameNode): FlameNode[] {
  return root.children.flatMap((child) => [child, ...flatten(child)])
}

test('windows are merged by function, and idle time is counted but not drawn', () => {
  const windows = [profileWindow(NODES, [4, 4, 3, 2, 5]), profileWindow(NODES, [4, 2], 200)]
  const graph = draw({ ...RECORDING, profiles: windows })
  expect(graph.sampledMs).toBeCloseTo(7, 6)
  expect(graph.root.totalMs).toBeCloseTo(4, 6)
  expect(find(graph.root, 'parse')).toMatchObject({ selfMs: 3, totalMs: 3, location: 'srv/app/body.js:12' })
  expect(find(graph.root, 'handle')).toMatchObject({ selfMs: 1, totalMs: 4 })
  expect(graph.excluded.map(({ name, ms }) => [name, Math.round(ms)])).toEqual([
    ['idle', 2],
    ['native code outside JavaScript', 1],
  ])
  expect(graph.windows).toBe(2)
})

test('a function has the colour of the stage that ran on its thread at the time', () => {
  const { root } = draw(RECORDING)
  expect(find(root, 'parse').stage).toBe('deserialize')
  expect(find(root, 'normalise').stage).toBe('preprocess')
  expect(find(root, 'readBody').stage).toBeNull()
})

test('a profile of another thread takes no stage from the main thread', () => {
  const [window] = RECORDING.profiles
  const { root } = draw({ ...RECORDING, profiles: [{ ...window!, thread: 1 }] })
  expect(find(root, 'parse').stage).toBeNull()
})

test('a huge profile is cut to what a screen can show, and what was cut is accounted for', () => {
  const leaves = Array.from({ length: 20_000 }, (_, i) => node(i + 3, `leaf${i}`))
  const nodes = [
    node(1, '(root)', [2]),
    node(
      2,
      'wide',
      leaves.map((leaf) => leaf.id),
    ),
    ...leaves,
  ]
  // 100 hot leaves of 30 samples each, 19,900 of one each.
  const samples = leaves.flatMap((leaf, i) => (i < 100 ? Array.from({ length: 30 }, () => leaf.id) : [leaf.id]))
  const meta = { ...RECORDING.meta, load: null }
  const graph = draw({ ...RECORDING, meta, profiles: [profileWindow(nodes, samples)] })
  expect(flatten(graph.root).length).toBe(101)
  const drawnMs = find(graph.root, 'wide').children.reduce((sum, child) => sum + child.totalMs, 0)
  expect(drawnMs + graph.prunedMs).toBeCloseTo(graph.root.totalMs, 6)
})

test('without a profile, or with an idle one, the reason is given', () => {
  expect(drawFlameGraph({ ...RECORDING, profiles: [] })).toEqual({
    available: false,
    reason: 'no CPU profile was taken',
  })
  expect(drawFlameGraph({ ...RECORDING, profiles: [profileWindow(NODES, [2, 2])] }).available).toBe(false)
})

test('functions named like what every object has are functions like any other', () => {
  const named = [node(1, '(root)', [2]), node(2, 'toString', [3]), node(3, 'constructor')]
  const { root } = draw({ ...RECORDING, profiles: [profileWindow(named, [3, 3, 2])] })
  expect(find(root, 'toString').totalMs).toBeCloseTo(3, 6)
  expect(find(root, 'constructor').selfMs).toBeCloseTo(2, 6)
})

test('what ran before the measured time is left out, where a window saw the measured time', () => {
  const { measuredFromMs } = RECORDING.meta.load!
  const windows = [profileWindow(NODES, [4, 4, 4]), profileWindow(NODES, [3, 3], measuredFromMs + 10)]
  const { root, sampledMs } = draw({ ...RECORDING, profiles: windows })
  expect(root.totalMs).toBeCloseTo(2, 6)
  expect(sampledMs).toBeCloseTo(2, 6)
  expect(find(root, 'handle').totalMs).toBeCloseTo(2, 6)
})

test('frames of infer-diag are not among the callers of others, and its own work is one box', () => {
  const agent: Frame = ['emitInContext', 'infer-diag:agent/inside/probes/http-server.js', 73]
  const run: Frame = ['run', 'node:async_hooks', 332]
  const emit: Frame = ['emit', 'node:events', 471]
  const read: Frame = ['readBody', 'file:///srv/app/server.cjs', 3]
  const end: Frame = ['endReadableNT', 'node:internal/streams/readable', 1692]
  const { nodes, samples } = profileOf([
    [end, agent, run, emit, read],
    [end, agent, run, emit, read, agent, ['now', '', 0]],
    [end, agent, run],
    [end, run],
  ])
  const { root, agentMs } = draw({ ...RECORDING, profiles: [profileWindow([...nodes], [...samples])] })
  const path = ['endReadableNT', 'emit', 'readBody']
  let at = root
  for (const name of path) at = at.children.find((child) => child.name === name)!
  expect(at).toMatchObject({ name: 'readBody', children: [] })
  expect(at.totalMs).toBeCloseTo(1, 6)
  expect(root.children.map(({ name }) => name).sort()).toEqual(['endReadableNT', 'infer-diag agent'])
  expect(agentMs).toBeCloseTo(2, 6)
  expect(root.totalMs).toBeCloseTo(4, 6)
  // Of the service's own AsyncLocalStorage, the frames stay.
  expect(find(root, 'run').totalMs).toBeCloseTo(1, 6)
})

test('a stack of 10,000 functions is drawn as far as it can be seen', () => {
  const deep = Array.from({ length: 10_000 }, (_, i): Frame => [`f${i}`, 'file:///srv/app/deep.js', i + 1])
  const { nodes, samples } = profileOf([deep, deep.slice(0, 100)])
  const { root } = draw({ ...RECORDING, profiles: [profileWindow([...nodes], [...samples])] })
  expect(find(root, 'f99').selfMs).toBeCloseTo(1, 6)
})
