import { awaitedTimes } from '../../facts/awaited-times.js'
import type { Facts } from '../../facts/fact.js'
import { overhear } from '../../facts/overheard.js'
import { EACH_ALONE, OFF_LOOP_STAGES, type Piece } from '../../facts/stage-sweep.js'
import { UNATTRIBUTED_STAGE } from '../../model/recording.js'
import { HAND_OVER, type Segment } from './service-model.js'

/** Work of the loop that no stage covers where it is done: in the gaps after the stages that have some, and the rest at first. */
export function withOwnWork(
  segments: readonly Segment[],
  ownMs: Float64Array,
  after: ReadonlyMap<string, number>,
): Segment[] {
  // A way back comes right after its device.
  const shares = segments.map(({ stage }, i) => {
    if (segments[i + 1]?.stage === HAND_OVER) return 0
    return after.get(stage === HAND_OVER ? segments[i - 1]!.stage : stage) ?? 0
  })
  const part = (share: number): Segment => {
    return { stage: UNATTRIBUTED_STAGE, place: { kind: 'loop' }, demandMs: ownMs.map((ms) => share * ms) }
  }
  // Rounding may leave a little less than nothing.
  const first = Math.max(0, 1 - shares.reduce((sum, share) => sum + share, 0))
  return [
    part(first),
    ...segments.flatMap((segment, i) =>
      shares[i]! > 0 || returnsAfter(segment, segments[i + 1]) ? [segment, part(shares[i]!)] : [segment],
    ),
  ]
}

/** Whether the loop has to take a request up after a segment that it did not do, though no stage on it follows. */
function returnsAfter({ stage, place }: Segment, next: Segment | undefined): boolean {
  if (place.kind === 'loop' || next?.place.kind === 'loop') return false
  // What runs off the loop hands over to its like by itself; what ends a request is taken up by the loop.
  return next === undefined || (place.kind === 'elsewhere' && !OFF_LOOP_STAGES.has(stage))
}

/**
 * Share of the time in no stage that comes right after each stage, over the requests at `places` of `traffic.rows`. The way `back`
 * from a device is a part of what comes after the model, and no work.
 */
export function workAfterStages(facts: Facts, places: Uint32Array, back: Segment): ReadonlyMap<string, number> {
  const { awaitedMs } = facts.find(awaitedTimes) ?? EACH_ALONE
  const heard: Piece[] = []
  const stages = overhear(facts, places, {
    awaitedMs,
    spent: (piece) => heard.push(piece),
  })
  const unattributed = stages.indexOf(UNATTRIBUTED_STAGE)
  const workMs = new Map<string, number>()
  for (const { before, stage, ms } of heard) {
    if (stage !== unattributed) continue
    const after = stages[before] ?? ''
    workMs.set(after, (workMs.get(after) ?? 0) + ms)
  }
  const backMs = back.demandMs.reduce((sum, ms) => sum + ms, 0)
  workMs.set('model', Math.max(0, (workMs.get('model') ?? 0) - backMs))
  const totalMs = [...workMs.values()].reduce((sum, ms) => sum + ms, 0)
  return new Map([...workMs].map(([stage, ms]) => [stage, totalMs > 0 ? ms / totalMs : 0]))
}
