import type { HotFunction } from '../model/evidence.js'
import { NO_INDEX, type Recording } from '../model/recording.js'
import { lowerBound } from '../stats/lower-bound.js'
import { CodePlaces } from './code-places.js'
import { type CodeNode, CodeTree } from './code-tree.js'
import { type Fact, known, notEnoughData, notMeasured } from './fact.js'
import { NO_STAGE, profileSamples, type SampledWindow } from './profile-samples.js'
import { servingThreads } from './serving-threads.js'
import { type Traffic, traffic } from './traffic.js'

/** A share of a half is then known to 10 points (two standard errors of a binomial share). */
const FEWEST_SAMPLES = 100
/** What fewer requests did may be theirs alone. */
const FEWEST_REQUESTS = 10
/** As for every cost: less than a tenth would not be missed beside run-to-run noise. */
const LEAST_SHARE = 0.1

/** Where time of the event loops went, of the samples that caught them at work. */
export type HotSpots = { readonly samples: number; readonly functions: readonly HotFunction[] }

/** Each null where too few samples tell. */
export type HotFunctions = {
  /** Within synchronous work of one stage. */
  inStage(stage: string): HotSpots | null
  /** In no stage, while the process had a request under way. */
  readonly inNoStage: HotSpots | null
  /** In no stage, and without a request. */
  readonly withoutRequest: HotSpots | null
  /** All that the loops did. */
  readonly overall: HotSpots | null
}

/** Which functions the event loops that answer requests were in, by CPU profile, within the measured window. */
export const hotFunctions: Fact<'hotFunctions', HotFunctions> = {
  id: 'hotFunctions',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const serving = facts.get(servingThreads)
    if (!serving.known) return serving
    const sampled = facts.get(profileSamples)
    if (!sampled.known) return sampled
    const { fromMs, toMs } = measured.value
    const windows = sampled.value.filter(
      ({ window: { thread, startMs, endMs } }) => serving.value.has(thread) && startMs < toMs && endMs > fromMs,
    )
    if (windows.length === 0) return notMeasured('no event loop that answers requests was profiled')
    const { recording } = facts
    const requests = requestsIn(recording, windows)
    if (requests.answered < FEWEST_REQUESTS) {
      return notEnoughData(`${requests.answered} requests answered in the CPU profile, ${FEWEST_REQUESTS} are needed`)
    }
    const { tree, counts } = countSamples(recording, windows, requests.underWay, measured.value)
    const places = new CodePlaces(tree.nodes)
    const spots = (scopes: readonly number[]) => spotsOf(tree.nodes, counts, scopes, places)
    const { stages } = recording
    return known({
      inStage: (stage) => spots([stages.indexOf(stage)]),
      inNoStage: spots([stages.length]),
      withoutRequest: spots([stages.length + 1]),
      overall: spots([...counts.keys()]),
    })
  },
}

/** By window: how many requests its process had under way at each sample; and how many were answered in all windows. */
function requestsIn({ requests, threads }: Recording, windows: readonly SampledWindow[]) {
  const underWay = windows.map(({ atMs }) => new Int32Array(atMs.length + 1))
  const byProcess: number[][] = []
  windows.forEach(({ window }, w) => {
    const process = threads[window.thread]?.process ?? NO_INDEX
    byProcess[process] ??= []
    byProcess[process]!.push(w)
  })
  const ends = byProcess.map((own) => {
    own.sort((a, b) => windows[a]!.window.endMs - windows[b]!.window.endMs)
    return own.map((w) => windows[w]!.window.endMs)
  })
  let answered = 0
  for (let row = 0; row < requests.count; row++) {
    const [startMs, endMs] = [requests.serverStartMs[row]!, requests.serverEndMs[row]!]
    const own = byProcess[requests.process[row]!]
    if (own === undefined || !(endMs >= startMs)) continue
    for (let k = lowerBound(ends[requests.process[row]!]!, startMs); k < own.length; k++) {
      const { window, atMs } = windows[own[k]!]!
      if (window.startMs > endMs) break
      if (endMs <= window.endMs) answered++
      underWay[own[k]!]![lowerBound(atMs, startMs)]!++
      underWay[own[k]!]![lowerBound(atMs, endMs)]!--
    }
  }
  for (const one of underWay) for (let i = 1; i < one.length; i++) one[i]! += one[i - 1]!
  return { underWay, answered }
}

/** Samples by scope and place in the tree. Scopes: each stage, then in no stage with a request and without one. */
function countSamples(
  { stages }: Recording,
  windows: readonly SampledWindow[],
  underWay: readonly Int32Array[],
  { fromMs, toMs }: Traffic,
) {
  const tree = new CodeTree()
  const counts = Array.from({ length: stages.length + 2 }, () => new Map<number, number>())
  windows.forEach(({ window: { profile }, atMs, stage }, w) => {
    const codeOf = tree.codeOf(profile)
    for (let i = 0; i < atMs.length; i++) {
      if (atMs[i]! < fromMs || atMs[i]! > toMs) continue
      const code = codeOf(profile.samples[i]!)
      if (code === null) continue
      const scope = stage[i] !== NO_STAGE ? stage[i]! : stages.length + (underWay[w]![i]! > 0 ? 0 : 1)
      counts[scope]!.set(code.place, (counts[scope]!.get(code.place) ?? 0) + 1)
    }
  })
  return { tree, counts }
}

/**
 * The code that is at least a tenth of the samples each, and none of them twice (hierarchical heavy hitters): what is large itself,
 * wherever it is called; what is not counts for its caller, which may be large with it.
 */
function spotsOf(
  nodes: readonly CodeNode[],
  counts: readonly ReadonlyMap<number, number>[],
  scopes: readonly number[],
  places: CodePlaces,
): HotSpots | null {
  const own = new Float64Array(nodes.length)
  const itself = new Map<string, number>()
  let samples = 0
  for (const scope of scopes) {
    for (const [place, count] of counts[scope] ?? []) {
      const { code } = nodes[place]!
      own[place]! += count
      itself.set(code, (itself.get(code) ?? 0) + count)
      samples += count
    }
  }
  if (samples < FEWEST_SAMPLES) return null
  const least = LEAST_SHARE * samples
  const hot = new Map<string, { readonly node: CodeNode; count: number }>()
  for (const node of nodes) {
    const count = itself.get(node.code) ?? 0
    if (count >= least && !hot.has(node.code)) hot.set(node.code, { node, count })
    if (hot.has(node.code)) own[node.place] = 0
  }
  for (let place = nodes.length - 1; place >= 0; place--) {
    const node = nodes[place]!
    const known = hot.get(node.code)
    if (known !== undefined) known.count += own[place]!
    else if (own[place]! >= least) hot.set(node.code, { node, count: own[place]! })
    else if (node.caller !== null) own[node.caller.place]! += own[place]!
  }
  const functions = [...hot.values()].sort((a, b) => b.count - a.count || (a.node.code < b.node.code ? -1 : 1))
  return { samples, functions: functions.map(({ node, count }) => places.describe(node, count / samples)) }
}
