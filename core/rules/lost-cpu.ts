import type { CpuSupply } from '../facts/cpu-supply.js'
import type { EventLoop } from '../facts/event-loop.js'
import { type StageTimes, stageColumn } from '../facts/stage-times.js'
import type { Traffic } from '../facts/traffic.js'
import type { Confidence } from '../model/diagnosis.js'
import { LOOP_WAIT_STAGE } from '../model/recording.js'
import { loopBoundMs } from './loop-bound.js'
import { removalCostMs, waitFactor } from './removal.js'
import type { Removal } from './rule.js'

// A thread that gets four fifths of what it wants runs a quarter longer; less than that is what any shared host does.
export const MIN_LOST_SHARE = 0.2
// Rarer throttling does not reach p95, the slowest twentieth: about as many requests again wait behind those it holds. What
// it costs decides above that.
export const MIN_THROTTLED = 0.03
// Of wall time: a thread that wants little CPU loses little, however large a share of it.
const MIN_QUEUED = 0.1
// A quarter more than there is: threads then wait for each other most of the time, not by chance.
export const MIN_DEMAND = 1.25
// Below a tenth of p95, removing all of it would not be noticed beside run-to-run noise.
const MIN_COST_SHARE = 0.1
const SURE_COST_SHARE = 0.25

/** What it costs that the service gets only part of the CPU time that it wants. */
export type LostCpu = {
  readonly removal: Removal
  readonly costMs: number
  readonly matters: boolean
  readonly confidence: Confidence
}

/** With all of its CPU a request's own work takes less by `lostShare`, and so does the work that it waits behind. */
export function costOfLostCpu(measured: Traffic, times: StageTimes, loop: EventLoop, lostShare: number): LostCpu {
  const { p95Ms } = measured
  const waitMs = stageColumn(times, LOOP_WAIT_STAGE)
  const less = 1 - waitFactor(loop.utilization, loop.utilization * (1 - lostShare))
  const addedMs = loopBoundMs(times).map((bound, i) => (bound - waitMs[i]!) * lostShare + waitMs[i]! * less)
  const costMs = removalCostMs(measured, addedMs)
  return {
    removal: {
      addedMs,
      method:
        'removal: per request the lost share of its own CPU work, and the share of its event-loop wait that Pollaczek-Khinchine gives for a loop that gets all the CPU that it wants',
    },
    costMs,
    matters: costMs >= MIN_COST_SHARE * p95Ms,
    confidence: costMs >= SURE_COST_SHARE * p95Ms ? 'high' : 'medium',
  }
}

/**
 * Share of the CPU that the loop wanted and did not get, where that is a fault of its own (one of the rules that use
 * this file): what the loop does then takes that much less CPU than wall time. 0 otherwise.
 */
export function faultyLostShare(supply: CpuSupply | null): number {
  if (supply === null) return 0
  return Math.max(
    heldByQuota(supply) ? (supply.lostToQuota ?? 0) : 0,
    robbedBySteal(supply) ? (supply.lostToSteal ?? 0) : 0,
    crowdedOut(supply) || crowdsItself(supply) ? (supply.lostToQueue ?? 0) : 0,
  )
}

export function heldByQuota({ throttled }: CpuSupply): boolean {
  return (throttled ?? 0) >= MIN_THROTTLED
}

export function robbedBySteal({ lostToSteal }: CpuSupply): boolean {
  return (lostToSteal ?? 0) >= MIN_LOST_SHARE
}

/** Others run where the main thread waits to, on the whole host or on the cores that it is confined to. */
export function crowdedOut(supply: CpuSupply): boolean {
  return waitsForCores(supply) && (supply.lostToOthers ?? 0) >= MIN_LOST_SHARE
}

/** The service wants more cores than there are, and is the largest user of them. */
export function crowdsItself(supply: CpuSupply): boolean {
  const { cores, wantedCores, ownCores, othersCores } = supply
  if (cores === null || wantedCores === null || ownCores === null) return false
  if (othersCores !== null && othersCores > ownCores) return false
  return wantedCores >= MIN_DEMAND * cores && waitsForCores(supply)
}

function waitsForCores({ queued, lostToQueue }: CpuSupply): boolean {
  return (queued ?? 0) >= MIN_QUEUED && (lostToQueue ?? 0) >= MIN_LOST_SHARE
}
