import { awaitedTimes } from '../../facts/awaited-times.js'
import type { Facts } from '../../facts/fact.js'
import { loopTimelines } from '../../facts/loop-timelines.js'
import { requestSpans } from '../../facts/request-spans.js'
import { StageEntries } from '../../facts/stage-entries.js'
import { EACH_ALONE, OFF_LOOP_STAGES, StageSweep } from '../../facts/stage-sweep.js'
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
  const first = 1 - shares.reduce((sum, share) => sum + share, 0)
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
 * Share of the time in no stage that comes right after each stage, over the requests `rows`. The way `back` from a device is
 * a part of what comes after the model, and no work.
 */
export function workAfterStages(facts: Facts, rows: Uint32Array, back: Segment): ReadonlyMap<string, number> {
  const { recording } = facts
  const { serverStartMs, serverEndMs } = recording.requests
  const { awaitedMs } = facts.find(awaitedTimes) ?? EACH_ALONE
  const spentMs = new Map<number, number>()
  let totalMs = 0
  const sweep: StageSweep = new StageSweep(recording, facts.find(requestSpans)!, facts.find(loopTimelines)!, {
    awaitedMs,
    spent(before, stage, ms) {
      if (sweep.stages[stage] !== UNATTRIBUTED_STAGE) return
      totalMs += ms
      spentMs.set(before, (spentMs.get(before) ?? 0) + ms)
    },
  })
  const entries = new StageEntries(sweep.stages.length, rows.length)
  for (const row of rows) {
    if (serverEndMs[row]! > serverStartMs[row]!) sweep.run(row, serverStartMs[row]!, serverEndMs[row]!, entries)
    entries.close()
  }
  const backMs = back.demandMs.reduce((sum, ms) => sum + ms, 0)
  const workMs = totalMs - backMs
  if (workMs <= 0) return new Map()
  return new Map(
    [...spentMs].map(([before, ms]) => {
      const stage = sweep.stages[before] ?? ''
      return [stage, Math.max(0, stage === 'model' ? ms - backMs : ms) / workMs]
    }),
  )
}
