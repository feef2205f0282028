import type { Facts } from '../../facts/fact.js'
import { busyUpTo, type LoopTimeline } from '../../facts/loop-timelines.js'
import { type ProfiledTime, profiledPart, profiledTime, touchesProfile } from '../../facts/profiled-time.js'
import { timeOrder } from '../../stats/time-order.js'
import { workedMs } from './learn-requests.js'
import type { Processes } from './processes.js'
import type { Segment } from './service-model.js'

/** Requests that share the unexplained busy time of their stretch: many against the one that straddles its edge. */
const STRETCH_REQUESTS = 50

type Unexplained = { readonly aroundMs: Float64Array; readonly ownMs: Float64Array }

/**
 * What keeps the loop of a process busy beyond the stages and the share of each request that no stage covers (accepting, flushing, framework,
 * garbage collection), `aroundMs`, shared by the requests that the loop worked for meanwhile. It is not on the way of the request
 * itself, whose latency its stages explain: it delays others. Where the loop was less busy than that, what no stage covers was
 * not all work: `ownMs` is what was, the same for all that had as much (the rest is AWAITED). The rest
 * of a full loop is smaller than that of an idling one, which wakes up for every chunk of a body: spread evenly over all
 * requests it would make a nearly full loop overflow. A CPU profile interrupts an idle loop for every sample, and libuv
 * then takes the wait for work (docs/decisions/0008): requests in its windows get the rest of those before.
 */
export function unexplained(
  facts: Facts,
  processes: Processes,
  rows: Uint32Array,
  unattributedMs: Float64Array,
  segments: readonly Segment[],
): Unexplained {
  const found = { aroundMs: new Float64Array(rows.length), ownMs: unattributedMs.map((ms) => Math.max(0, ms)) }
  const onLoop = segments.filter(({ place }) => place.kind === 'loop')
  const explainedMs = (i: number) => unattributedMs[i]! + onLoop.reduce((own, { demandMs }) => own + demandMs[i]!, 0)
  const workMs = workedMs(facts, rows, processes)
  const worked = timeOrder(workMs).filter((i) => !Number.isNaN(workMs[i]!))
  for (const [process, loop] of processes.loops.entries()) {
    const own = worked.filter((i) => processes.ofRequest[rows[i]!] === process)
    const profiled = profiledTime(facts.recording, (thread) => thread === loop.thread)
    if (own.length > 0) explain(loop, { worked: own, workMs, explainedMs, unattributedMs }, profiled, found)
  }
  return found
}

/** `worked`: by when the loop worked for them, `workMs`. */
type Explained = {
  readonly worked: Uint32Array
  readonly workMs: Float64Array
  readonly explainedMs: (i: number) => number
  readonly unattributedMs: Float64Array
}

function explain(
  loop: LoopTimeline,
  { worked, workMs, explainedMs, unattributedMs }: Explained,
  profiled: ProfiledTime,
  { aroundMs, ownMs }: Unexplained,
): void {
  const undisturbed = worked.filter((i) => !touchesProfile(profiled, workMs[i]!, workMs[i]!))
  const [counted, left] = undisturbed.length === 0 ? [worked, []] : [undisturbed, profiled]
  const busyMs = (ms: number) => busyUpTo(loop, ms)
  const stretches = Math.max(1, Math.floor(counted.length / STRETCH_REQUESTS))
  const first = (stretch: number) => Math.floor((stretch * counted.length) / stretches)
  const restsMs = Float64Array.from({ length: stretches }, (_, stretch) => {
    const members = counted.subarray(first(stretch), first(stretch + 1))
    // From one stretch's first request to the next one's first: every piece of busy time falls into one stretch.
    const fromMs = workMs[members[0]!]!
    const toMs = stretch + 1 < stretches ? workMs[counted[first(stretch + 1)]!]! : workMs[members.at(-1)!]!
    const shares = stretch + 1 < stretches ? members.length : members.length - 1
    const ownMs = members.subarray(0, shares).reduce((sum, i) => sum + explainedMs(i), 0)
    const knownMs = profiledPart(left, fromMs, toMs, busyMs) + ownMs
    return shares === 0 ? 0 : (busyMs(toMs) - busyMs(fromMs) - knownMs) / shares
  })
  const ownsMs = restsMs.map((restMs, stretch) => {
    const members = counted.subarray(first(stretch), first(stretch + 1))
    return restMs + members.reduce((sum, i) => sum + unattributedMs[i]!, 0) / members.length
  })
  let stretch = 0
  for (const i of worked) {
    while (stretch + 1 < stretches && workMs[i]! >= workMs[counted[first(stretch + 1)]!]!) stretch++
    aroundMs[i] = Math.max(0, restsMs[stretch]!)
    if (restsMs[stretch]! < 0) ownMs[i] = Math.min(ownMs[i]!, Math.max(0, ownsMs[stretch]!))
  }
}
