import type { Facts } from '../facts/fact.js'
import { requestSpans } from '../facts/request-spans.js'
import { type Tail, tails } from '../facts/tails.js'
import { onOneClock, type Traffic, traffic } from '../facts/traffic.js'
import type { Chart, RequestFlame, RequestFlames } from '../model/charts.js'
import { NO_ROW, RELEASE_REASONS } from '../model/recording.js'
import { cutAwaited } from './awaited-frames.js'
import { available, unavailable } from './chart.js'
import { loopOf, loopSlices } from './loop-slices.js'
import { type RequestWindow, requestFrames } from './request-frames.js'
import { gapFrames } from './request-gaps.js'

const CHOSEN = [
  { percentile: 0.5, label: 'Median' },
  { percentile: 0.95, label: 'p95' },
  { percentile: 0.99, label: 'p99' },
]

/** One real request near the median, the p95 and the p99, in time order. */
export function drawRequestFlames(facts: Facts): Chart<RequestFlames> {
  const measured = facts.get(traffic)
  if (!measured.known) return unavailable(measured.reason)
  const near = facts.get(tails)
  if (!near.known) return unavailable(near.reason)
  const requests = CHOSEN.flatMap(({ percentile, label }) => {
    const tail = near.value.find((one) => one.percentile === percentile)
    const position = tail === undefined ? null : typicalMember(tail, measured.value, facts)
    return position === null ? [] : [flame(facts, measured.value, position, label)]
  })
  return requests.length === 0 ? unavailable('no request was seen inside the service') : available({ requests })
}

/** The member nearest to the middle of the tail that the service's agent saw. */
function typicalMember({ members }: Tail, { rows }: Traffic, { recording }: Facts): number | null {
  const middle = members.length >> 1
  for (let step = 0; step <= members.length; step++) {
    for (const at of [middle - step, middle + step]) {
      const position = members[at]
      if (position !== undefined && recording.requests.serverStartMs[rows[position]!]! >= 0) return position
    }
  }
  return null
}

function flame(facts: Facts, measured: Traffic, position: number, label: string): RequestFlame {
  const { recording } = facts
  const { requests, meta } = recording
  const row = measured.rows[position]!
  const totalMs = measured.latencyMs[position]!
  const shared = onOneClock(measured, meta)
  // On another machine's clock the send cannot be placed: the picture then begins when the server saw the request.
  const originMs = shared ? measured.startMs[position]! : requests.serverStartMs[row]!
  const window = { row, originMs, totalMs, shared }
  const loop = loopOf(facts, row)
  const { frames, awaited } = requestFrames(facts, window)
  return {
    label,
    totalMs,
    atMs: measured.startMs[position]!,
    status: requests.status[row]!,
    frames: [...cutAwaited(facts, frames, awaited, window, loop), ...gapFrames(facts, frames, window, loop)],
    batch: batchOf(facts, window),
    loop: loop === undefined ? [] : loopSlices(facts, loop, window),
  }
}

function batchOf(facts: Facts, { row, originMs, totalMs }: RequestWindow): RequestFlame['batch'] {
  const { spans, batches, stages } = facts.recording
  const groups = facts.find(requestSpans)
  if (groups === null) return null
  const own = groups.rows.subarray(groups.starts[row]!, groups.starts[row + 1]!)
  const span = own.find((i) => spans.batch[i] !== NO_ROW)
  if (span === undefined) return null
  const batch = spans.batch[span]!
  if (batches.openedMs[batch]! - originMs >= totalMs) return null
  const queue = stages.indexOf('queue')
  const mates: { enqueuedMs: number; self: boolean }[] = []
  for (let i = 0; i < spans.count; i++) {
    if (spans.batch[i] !== batch || spans.stage[i] !== queue) continue
    mates.push({ enqueuedMs: spans.startMs[i]! - originMs, self: spans.request[i] === row })
  }
  mates.sort((a, b) => a.enqueuedMs - b.enqueuedMs)
  return {
    size: batches.size[batch]!,
    capacity: batches.capacity[batch]! > 0 ? batches.capacity[batch]! : null,
    reason: RELEASE_REASONS[batches.reason[batch]!] ?? 'unknown',
    openedMs: batches.openedMs[batch]! - originMs,
    startedMs: batches.startedMs[batch]! - originMs,
    endedMs: batches.endedMs[batch]! - originMs,
    mates,
  }
}
