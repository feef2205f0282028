import type { StagePlacement } from '../facts/stage-placements.js'
import type { StageSummary } from '../model/diagnosis.js'
import { CANONICAL_STAGES } from '../model/recording.js'

/** Whoever has ten thousand stages has few that hold requests back. */
const MOST = 5
const CANONICAL: ReadonlySet<string> = new Set(CANONICAL_STAGES)

type Needs = {
  readonly stageSummaries: readonly StageSummary[]
  readonly stagePlacements: ReadonlyMap<string, StagePlacement>
}

/** Stages that have no rule of their own and are as wanted: of those that take most of the mean latency a few, the largest first. */
export function ownStages(
  { stageSummaries, stagePlacements }: Needs,
  wanted: (placement: StagePlacement, stage: string) => boolean,
): string[] {
  return stageSummaries
    .filter(({ id }) => {
      const placement = stagePlacements.get(id)
      return !CANONICAL.has(id) && placement !== undefined && wanted(placement, id)
    })
    .sort((a, b) => b.meanMs - a.meanMs)
    .slice(0, MOST)
    .map(({ id }) => id)
}
