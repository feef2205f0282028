import { cpuSupply } from '../facts/cpu-supply.js'
import { type EventLoop, loopShare } from '../facts/event-loop.js'
import type { Facts } from '../facts/fact.js'
import { gcPauses } from '../facts/gc-pauses.js'
import { hotFunctions } from '../facts/hot-functions.js'
import { type StageTimes, stageColumn } from '../facts/stage-times.js'
import type { Target } from '../facts/target.js'
import { type Traffic, traffic } from '../facts/traffic.js'
import type { Fix } from '../model/diagnosis.js'
import { LOOP_WAIT_STAGE, UNATTRIBUTED_STAGE } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { mostlyIn, whereOf } from './hot-spots.js'
import { faultyLostShare } from './lost-cpu.js'
import { removalCostMs, spareWithout, waitFactor } from './removal.js'
import { clear, fired, type Judgement } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// Below a tenth of p95, removing all of it would not be noticed beside run-to-run noise.
export const MIN_COST_SHARE = 0.1
// A quarter of p95 is beyond what noise or the wait approximation's error could feign.
const SURE_COST_SHARE = 0.25
// Near saturation, taking away a little of anything shortens the wait; what fills less of the loop is not the cause.
export const MIN_LOOP_SHARE = 0.2
// Below half, an event loop makes nobody wait long (W is under one service time), so its work is only time, not a fault.
const CONTENDED_LOOP = 0.5
// Waiting dominates when a server is nearly always busy; the tail bends at 70 to 80 %.
const FULL_LOOP = 0.8

export type LoopFacts = {
  readonly traffic: Traffic
  readonly stageTimes: StageTimes
  readonly eventLoop: EventLoop
  readonly target: Target
}

/** How a rule speaks of the work that it judges. */
export type LoopWork = {
  readonly stage: string
  /** "decoding" */
  readonly noun: string
  /** Opens the summary: "Parsing JSON". */
  readonly subject: string
  /** Opens the headline's clause: "JSON parsing". */
  readonly clause: string
  /** How requests are in each other's way: "queue behind each other's bodies". */
  readonly effect: string
  /** "no request was decoded synchronously on the event loop" */
  readonly absent: string
  readonly fixes: readonly Fix[]
  /** Its time by request, ms, and its share of the event loop, where no synchronous span tells them. */
  readonly known?: { readonly ownMs: Float64Array; readonly share: number }
}

/**
 * By request: the wait behind pauses of the garbage collector, now and with `share` of the loop's time to spare. Such a
 * pause is long and does not come from a request, so the formula for waiting behind other requests does not hold for it.
 */
function behindPauses(facts: Facts, busy: number, share: number) {
  const gc = facts.find(gcPauses)
  if (gc === null) {
    const nowMs = new Float64Array(facts.find(traffic)!.rows.length)
    return { nowMs, withoutMs: nowMs }
  }
  return {
    nowMs: gc.delayMs(spareWithout(busy, gc.fraction)),
    withoutMs: gc.delayMs(spareWithout(busy, gc.fraction + share)),
  }
}

/** Whether a stage's synchronous work on the event loop is what requests wait for. */
export function judgeLoopWork(needs: LoopFacts, facts: Facts, work: LoopWork): Judgement {
  const { eventLoop: loop, stageTimes: times, target: goal } = needs
  const { latencyMs, p95Ms } = needs.traffic
  const { noun } = work
  const few = tooFewForP95(latencyMs.length)
  if (few !== null) return few
  // Where the loop is kept from its CPU, that is a fault of its own: here counts what would remain with all of it.
  const kept = 1 - faultyLostShare(facts.find(cpuSupply))
  const busy = loop.utilization * kept
  const share = (work.known?.share ?? loopShare(loop, work.stage)) * kept
  const ownMs = (work.known?.ownMs ?? stageColumn(times, work.stage)).map((own) => own * kept)
  const meanOwnMs = mean(ownMs)
  if (meanOwnMs === 0 || share === 0) return clear(work.absent)
  const takes = `${noun} takes ${ms(meanOwnMs)} a request and ${percent(share)} of the event loop`
  const small = share < MIN_LOOP_SHARE && meanOwnMs < MIN_COST_SHARE * p95Ms
  if (small) return clear(`${takes}: other work is what requests wait for`)
  const waitLeft = waitFactor(loop.utilization, busy)
  const waitMs = stageColumn(times, LOOP_WAIT_STAGE).map((wait) => wait * waitLeft)
  const less = 1 - waitFactor(busy, busy - share)
  const behind = behindPauses(facts, busy, share)
  const addedMs = ownMs.map((own, i) => {
    const paused = Math.min(waitMs[i]!, behind.nowMs[i]!)
    const pausedWithout = Math.min(paused, behind.withoutMs[i]!)
    return own + less * (waitMs[i]! - paused) + paused - pausedWithout
  })
  const costMs = removalCostMs(needs.traffic, addedMs)
  if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${takes}; about ${ms(costMs)} of p95 rests on it`)
  const contended = busy >= CONTENDED_LOOP
  const hot = facts.find(hotFunctions)
  const spots = (work.stage === UNATTRIBUTED_STAGE ? hot?.inNoStage : hot?.inStage(work.stage)) ?? null
  const where = whereOf(spots, noun)
  // A stage has a name; what has none gets that of the function.
  const mostly = work.stage === UNATTRIBUTED_STAGE ? mostlyIn(spots) : null
  const sure = costMs >= SURE_COST_SHARE * p95Ms && (contended || goal.state === 'missed')
  return fired({
    // A loop near its limit is a fault whatever the latency is today.
    harm: busy >= FULL_LOOP ? 'capacity' : 'latency',
    confidence: sure ? 'high' : contended || goal.state === 'missed' ? 'medium' : 'low',
    summary: `${work.subject} takes ${ms(meanOwnMs)} of CPU a request; it fills ${percent(share)} of an event loop that is ${percent(busy)} busy, and requests ${work.effect}.`,
    costSentence: (cost) => `About ${cost} would go with it.`,
    clause: `${work.clause}${mostly === null ? '' : `, mostly ${mostly},`} keeps the event loop ${percent(busy)} busy`,
    whereSentence: where.sentence,
    removal: {
      addedMs,
      change: `stage.${work.stage}=0x`,
      method: `removal: per request its own time in ${noun}, and the share of its event-loop wait that Pollaczek-Khinchine gives for an event loop without ${noun} (W ~ rho^2 / (1 - rho)); of the wait behind garbage collection, what more time to spare would take off`,
    },
    evidence: [
      {
        kind: 'metric',
        label: `event loop busy with ${noun}`,
        value: share,
        unit: 'fraction',
        limit: { value: MIN_LOOP_SHARE, reason: 'what fills less of the loop is not what requests wait for' },
      },
      {
        kind: 'metric',
        label: 'event loop busy',
        value: busy,
        unit: 'fraction',
        limit: { value: CONTENDED_LOOP, reason: 'above half, requests wait longer than one service time' },
      },
      { kind: 'metric', label: `${noun}, mean per request`, value: meanOwnMs, unit: 'ms' },
      { kind: 'metric', label: 'wait for the event loop, mean per request', value: mean(waitMs), unit: 'ms' },
      {
        kind: 'metric',
        label: `p95 that rests on ${noun}, roughly`,
        value: costMs,
        unit: 'ms',
        limit: { value: MIN_COST_SHARE * p95Ms, reason: 'a tenth of p95: less is lost in run-to-run noise' },
      },
      ...where.evidence,
    ],
    fixes: work.fixes,
  })
}
