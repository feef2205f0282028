import type { Profiler } from 'node:inspector'

/** The profile from `fromUs` of its own clock on, with the functions that it then was in; unchanged where it begins later. */
export function cutBefore(profile: Profiler.Profile, fromUs: number): Profiler.Profile {
  const { samples = [], timeDeltas = [], startTime } = profile
  let first = 0
  let atUs = startTime + (timeDeltas[0] ?? 0)
  while (first < samples.length && atUs < fromUs) atUs += timeDeltas[++first] ?? 0
  if (first === 0) return profile
  const keptSamples = samples.slice(first)
  const hits = new Map<number, number>()
  for (const id of keptSamples) hits.set(id, (hits.get(id) ?? 0) + 1)
  const used = withCallers(profile.nodes, hits)
  const nodes = profile.nodes
    .filter(({ id }) => used.has(id))
    .map(({ id, callFrame, children }) => ({
      id,
      callFrame,
      hitCount: hits.get(id) ?? 0,
      children: (children ?? []).filter((child) => used.has(child)),
    }))
  // The first delta counts from the start.
  const kept = timeDeltas.slice(first)
  if (kept.length > 0) kept[0] = atUs - fromUs
  return {
    nodes,
    samples: keptSamples,
    timeDeltas: kept,
    startTime: fromUs,
    endTime: Math.max(fromUs, profile.endTime),
  }
}

function withCallers(nodes: readonly Profiler.ProfileNode[], hits: ReadonlyMap<number, number>): Set<number> {
  const callers = new Map<number, number>()
  for (const { id, children } of nodes) for (const child of children ?? []) callers.set(child, id)
  const used = new Set<number>()
  for (const id of hits.keys()) {
    for (let at: number | undefined = id; at !== undefined && !used.has(at); at = callers.get(at)) used.add(at)
  }
  // A profile without its root is none.
  if (nodes[0] !== undefined) used.add(nodes[0].id)
  return used
}
