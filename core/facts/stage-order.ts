import { CANONICAL_STAGES, CONNECT_STAGE, LOOP_WAIT_STAGE, UNATTRIBUTED_STAGE } from '../model/recording.js'

const DERIVED: readonly string[] = [CONNECT_STAGE, LOOP_WAIT_STAGE, UNATTRIBUTED_STAGE]
const CANONICAL: readonly string[] = CANONICAL_STAGES

/** Canonical stages in the order that a request passes them, then the service's own, then the derived ones. */
export function inStageOrder(stages: readonly string[]): string[] {
  const rank = (stage: string) => {
    if (CANONICAL.includes(stage)) return CANONICAL.indexOf(stage)
    return CANONICAL.length + 1 + DERIVED.indexOf(stage)
  }
  return [...stages].sort((a, b) => rank(a) - rank(b))
}

export function isDerivedStage(stage: string): boolean {
  return DERIVED.includes(stage)
}
