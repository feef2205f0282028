import { callOrder } from '../facts/call-order.js'
import { factsOf } from '../facts/fact.js'
import { profileSamples, type SampledWindow } from '../facts/profile-samples.js'
import { isAgentWork, originOf } from '../model/call-frame.js'
import type { Chart, FlameGraph, FlameNode } from '../model/charts.js'
import type { CpuProfile, Recording } from '../model/recording.js'
import { type CallNode, CallTree } from './call-tree.js'
import { available, unavailable } from './chart.js'

const MAX_NODES = 5000
/** Half a pixel of a wide screen: nobody could see a narrower box without zooming in. */
const MIN_SHARE = 0.0003

/** What V8 reports beside JavaScript functions, and how to call it. */
const OUTSIDE = { idle: 'idle', native: 'native code outside JavaScript' } as const
/** Everything that infer-diag runs in the service's process itself, wherever it was called. */
const AGENT_FRAME = { functionName: 'infer-diag agent', scriptId: '', url: '', lineNumber: -1, columnNumber: -1 }

/** One call tree merged from every profile window. */
export function drawFlameGraph(recording: Recording): Chart<FlameGraph> {
  const sampled = factsOf(recording).get(profileSamples)
  if (!sampled.known) return unavailable(sampled.reason)
  const tree = new CallTree()
  const excluded = new Map<string, number>()
  let sampledMs = 0
  const deltas: number[] = []
  const measured = measuredSpan(recording)
  for (const one of sampled.value) {
    sampledMs += addWindow(tree, one, measured, excluded)
    for (const delta of one.window.profile.timeDeltas) if (delta > 0) deltas.push(delta)
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
    windows: sampled.value.length,
    intervalUs: deltas[deltas.length >> 1] ?? 0,
    prunedMs: pruned.ms,
    agentMs: tree.root.child(AGENT_FRAME).totalMs,
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
  { window, atMs, stage }: SampledWindow,
  { fromMs, toMs }: Span,
  excluded: Map<string, number>,
): number {
  const { profile } = window
  const path = pathOf(profile, tree)
  let sampledMs = 0
  for (let i = 0; i < profile.samples.length; i++) {
    if (atMs[i]! < fromMs || atMs[i]! > toMs) continue
    // A sample stands for the time until the next one; the last one until the profile ended.
    const untilMs = i + 1 < atMs.length ? atMs[i + 1]! : window.startMs + (profile.endTime - profile.startTime) / 1000
    const ms = Math.max(0, untilMs - atMs[i]!)
    sampledMs += ms
    const target = path(profile.samples[i]!)
    if (typeof target === 'string') excluded.set(target, (excluded.get(target) ?? 0) + ms)
    else target.add(ms, stage[i]!)
  }
  return sampledMs
}

/**
 * From a profile's node id to the node of the merged tree, or to the name of what stays outside of it. infer-diag stands between the
 * service and the runtime: its frames are left out, so that what it calls is beneath its caller, and its own work is one box.
 */
function pathOf(profile: CpuProfile, tree: CallTree): (id: number) => CallNode | string {
  const { nodes, callers, places } = callOrder(profile)
  const agent = tree.root.child(AGENT_FRAME)
  /** By place: what is above the functions that it calls, and whether it is the agent's. */
  const above: (CallNode | string)[] = []
  const isAgent: boolean[] = []
  for (let i = 0; i < nodes.length; i++) {
    const frame = nodes[i]!.callFrame
    const called = callers[i]! >= 0
    const caller = called ? above[callers[i]!]! : tree.root
    const origin = originOf(frame)
    isAgent.push(isAgentWork(frame, called && isAgent[callers[i]!]!))
    if (!called || isAgent[i] || typeof caller === 'string') above.push(caller)
    else above.push(origin === 'idle' || origin === 'native' ? OUTSIDE[origin] : caller.child(frame))
  }
  return (id) => {
    const place = places.get(id)
    if (place === undefined) return tree.root
    return isAgent[place] ? agent : above[place]!
  }
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
