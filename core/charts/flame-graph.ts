import type { Chart, FlameGraph, FlameNode } from '../model/charts.js'
import type { CpuProfile, ProfileWindow, Recording } from '../model/recording.js'
import { type CallNode, CallTree } from './call-tree.js'
import { available, unavailable } from './chart.js'
import { stageSamplesOf } from './sample-stages.js'

const MAX_NODES = 5000
/** Half a pixel of a wide screen: nobody could see a narrower box without zooming in. */
const MIN_SHARE = 0.0003

/** What V8 reports beside JavaScript functions, and how to call it. */
const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ['(idle)', 'idle'],
  ['(program)', 'native code outside JavaScript'],
])

/** One call tree merged from every profile window. */
export function drawFlameGraph(recording: Recording): Chart<FlameGraph> {
  const { profiles } = recording
  if (profiles.length === 0) return unavailable('no CPU profile was taken')
  const tree = new CallTree()
  const excluded = new Map<string, number>()
  let sampledMs = 0
  const deltas: number[] = []
  const measured = measuredSpan(recording)
  for (const window of profiles) {
    sampledMs += addWindow(tree, window, recording, measured, excluded)
    for (const delta of window.profile.timeDeltas) if (delta > 0) deltas.push(delta)
  }
  tree.sum()
  if (!(tree.root.totalMs > 0)) return unavailable('the profiled thread ran no JavaScript while it was sampled')
  const leastMs = Math.max(MIN_SHARE * tree.root.totalMs, tree.totalOfRank(MAX_NODES))
  const pruned = { ms: 0 }
  const root = toFlameNode(tree.root, leastMs, recording.stages, pruned)
  deltas.sort((a, b) => a - b)
  return available({
    root,
    sampledMs,
    windows: profiles.length,
    intervalUs: deltas[deltas.length >> 1] ?? 0,
    prunedMs: pruned.ms,
    excluded: [...excluded].map(([name, ms]) => ({ name, ms })).sort((a, b) => b.ms - a.ms),
  })
}

type Span = { readonly fromMs: number; readonly toMs: number }

/** Loading modules and warming up is not what requests pay for; everything where no window saw the measured time. */
function measuredSpan({ meta: { load }, profiles }: Recording): Span {
  const seen = profiles.some(
    ({ startMs, endMs }) => load !== null && endMs > load.measuredFromMs && startMs < load.measuredToMs,
  )
  return load === null || !seen
    ? { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }
    : { fromMs: load.measuredFromMs, toMs: load.measuredToMs }
}

/** Adds one window's samples within the span to the tree; returns how many milliseconds they cover. */
function addWindow(
  tree: CallTree,
  window: ProfileWindow,
  recording: Recording,
  { fromMs, toMs }: Span,
  excluded: Map<string, number>,
): number {
  const { profile } = window
  const path = pathOf(profile, tree)
  const atMs = sampleTimesMs(window)
  const stages = stageSamplesOf(recording, window.thread, atMs)
  let sampledMs = 0
  for (let i = 0; i < profile.samples.length; i++) {
    if (atMs[i]! < fromMs || atMs[i]! > toMs) continue
    // A sample stands for the time until the next one; the last one until the profile ended.
    const untilMs = i + 1 < atMs.length ? atMs[i + 1]! : window.startMs + (profile.endTime - profile.startTime) / 1000
    const ms = Math.max(0, untilMs - atMs[i]!)
    sampledMs += ms
    const target = path(profile.samples[i]!)
    if (typeof target === 'string') excluded.set(target, (excluded.get(target) ?? 0) + ms)
    else target.add(ms, stages[i]!)
  }
  return sampledMs
}

/** Sample times in recording time: the profile's own clock, shifted so that it begins at the window's start. */
function sampleTimesMs({ profile, startMs }: ProfileWindow): Float64Array {
  const atMs = new Float64Array(profile.samples.length)
  let sinceUs = 0
  for (let i = 0; i < atMs.length; i++) {
    sinceUs += profile.timeDeltas[i] ?? 0
    atMs[i] = startMs + sinceUs / 1000
  }
  return atMs
}

/** From a profile's node id to the node of the merged tree, or to the name of what stays outside of it. */
function pathOf(profile: CpuProfile, tree: CallTree): (id: number) => CallNode | string {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const parents = new Map<number, number>()
  for (const node of profile.nodes) for (const child of node.children ?? []) parents.set(child, node.id)
  const found = new Map<number, CallNode | string>()
  const resolve = (id: number): CallNode | string => {
    const earlier = found.get(id)
    if (earlier !== undefined) return earlier
    const node = nodes.get(id)
    const parent = parents.get(id)
    let target: CallNode | string = tree.root
    if (node !== undefined && parent !== undefined) {
      const above = resolve(parent)
      const outside = OUTSIDE.get(node.callFrame.functionName)
      target = outside ?? (typeof above === 'string' ? above : above.child(node.callFrame))
    }
    found.set(id, target)
    return target
  }
  return resolve
}

function toFlameNode(node: CallNode, leastMs: number, stages: readonly string[], pruned: { ms: number }): FlameNode {
  const children: FlameNode[] = []
  for (const child of node.byTotal()) {
    if (child.totalMs >= leastMs) children.push(toFlameNode(child, leastMs, stages, pruned))
    else pruned.ms += child.totalMs
  }
  const stage = node.mainStage()
  return {
    name: node.name,
    location: node.location,
    stage: stage === null ? null : stages[stage]!,
    selfMs: node.selfMs,
    totalMs: node.totalMs,
    children,
  }
}
