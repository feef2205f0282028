import { CONNECT_STAGE, LOOP_WAIT_STAGE } from '../model/recording.js'
import { gather } from '../stats/gather.js'
import { quantile, quantiles } from '../stats/quantile.js'
import { timeOrder } from '../stats/time-order.js'
import { type Fact, known, notEnoughData } from './fact.js'
import { stageTimes, timeInStages } from './stage-times.js'
import { traffic } from './traffic.js'

/** The first requests of the service's processes in the measured window against the later ones. */
export type ColdStart = {
  /** Longest service time (waiting left out) among the first requests of a process, and p99 of the later ones. */
  readonly firstServiceMs: number
  readonly laterServiceMs: number
  /** Requests until latency is back where it stays, and what they took beyond a typical later one. */
  readonly coldRequests: number
  readonly addedMs: Float64Array
}

const FIRST = 20
// As many again make the later ones a sample.
const MIN_REQUESTS = 100
const WAITING: ReadonlySet<string> = new Set([CONNECT_STAGE, LOOP_WAIT_STAGE, 'queue', 'network-in', 'network-out'])

export const coldStart: Fact<'coldStart', ColdStart> = {
  id: 'coldStart',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const times = facts.get(stageTimes)
    if (!times.known) return times
    const { rows, startMs, latencyMs } = measured.value
    const serviceMs = timeInStages(times.value, (stage) => !WAITING.has(stage))
    const addedMs = new Float64Array(rows.length)
    const byProcess = new Map<number, number[]>()
    for (const i of timeOrder(startMs)) {
      const process = facts.recording.requests.process[rows[i]!]!
      const members = byProcess.get(process)
      if (members === undefined) byProcess.set(process, [i])
      else members.push(i)
    }
    let worst: { firstServiceMs: number; laterServiceMs: number } | null = null
    let coldRequests = 0
    for (const members of byProcess.values()) {
      if (members.length < MIN_REQUESTS) continue
      const later = members.slice(members.length >> 1)
      const laterServiceMs = quantile(gather(serviceMs, later), 0.99)
      const firstServiceMs = Math.max(...members.slice(0, FIRST).map((i) => serviceMs[i]!))
      if (worst === null || firstServiceMs * worst.laterServiceMs > worst.firstServiceMs * laterServiceMs) {
        worst = { firstServiceMs, laterServiceMs }
      }
      const [typicalMs, usualMs] = quantiles(gather(latencyMs, later), [0.5, 0.95])
      const cold = settledAfter(members, latencyMs, usualMs!)
      coldRequests += cold
      for (const i of members.slice(0, cold)) addedMs[i] = Math.max(0, latencyMs[i]! - typicalMs!)
    }
    if (worst === null) return notEnoughData(`fewer than ${MIN_REQUESTS} requests of one process`)
    return known({ ...worst, coldRequests, addedMs })
  },
}

/** How many requests come before the first run of FIRST ones in a row that are as quick as the later ones. */
function settledAfter(members: readonly number[], latencyMs: Float64Array, usualMs: number): number {
  let run = 0
  for (let k = 0; k < members.length; k++) {
    run = latencyMs[members[k]!]! <= usualMs ? run + 1 : 0
    if (run === FIRST) return k + 1 - FIRST
  }
  return members.length
}
