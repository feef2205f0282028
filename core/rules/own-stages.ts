import type { Facts } from '../facts/fact.js'
import { type StagePlacement, stagePlacements } from '../facts/stage-placements.js'
import { stageSummaries } from '../facts/stage-summaries.js'
import { CANONICAL_STAGES } from '../model/recording.js'

/** Whoever has ten thousand stages has few that hold requests back. */
const MOST = 5
const CANONICAL: ReadonlySet<string> = new Set(CANONICAL_STAGES)

/** Stages that have no rule of their own and are as wanted: of those that take most of the mean latency a few, the largest first. */
export function ownStages(facts: Facts, wanted: (placement: StagePlacement, stage: string) => boolean): string[] {
  const placed = facts.find(stagePlacements)
  return (facts.find(stageSummaries) ?? [])
    .filter(({ id, kind }) => {
      const placement = placed?.get(id)
      return kind === 'stage' && !CANONICAL.has(id) && placement !== undefined && wanted(placement, id)
    })
    .sort((a, b) => b.meanMs - a.meanMs)
    .slice(0, MOST)
    .map(({ id }) => id)
}
