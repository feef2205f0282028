import { OUTCOMES, type Outcome, PHASES, type Recording, type RequestTable } from '../model/recording.js'
import { gather } from '../stats/gather.js'
import { quantile } from '../stats/quantile.js'
import { type Fact, known, notEnoughData } from './fact.js'

/** The measured window, and the requests whose latency counts. */
export type Traffic = {
  readonly fromMs: number
  readonly toMs: number
  readonly durationMs: number
  /** 'client': latency runs from the scheduled send to the last byte; 'server': from request start to response end. */
  readonly seenFrom: 'client' | 'server'
  /** Every request of the window, whatever became of it. */
  readonly requests: number
  readonly errors: number
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  /** Successful requests that ended within the window, per second. */
  readonly throughputRps: number
  /**
   * Rows in `requests` whose latency counts, in row order: answered ones, and timeouts, which waited at least as long as
   * the client did. Refused, reset and failed requests are errors, not latencies. Other facts align with this column.
   */
  readonly rows: Uint32Array
  readonly startMs: Float64Array
  readonly latencyMs: Float64Array
  /** Of `latencyMs`, however few there are; NaN for none. */
  readonly p95Ms: number
  /** Start and fate (1 = an error) of every request of the window, in row order. */
  readonly arrivals: { readonly startMs: Float64Array; readonly failed: Uint8Array }
  readonly warmUp: { readonly requests: number; readonly latencyMs: Float64Array } | null
}

const MEASURED = PHASES.indexOf('measured')
const WARM_UP = PHASES.indexOf('warm-up')

export const traffic: Fact<'traffic', Traffic> = {
  id: 'traffic',
  derive({ recording }) {
    const { requests, meta } = recording
    const seenFrom = someClient(requests) ? 'client' : 'server'
    const startOf = seenFrom === 'client' ? requests.scheduledMs : requests.serverStartMs
    const endOf = seenFrom === 'client' ? requests.clientEndMs : requests.serverEndMs
    const outcomes: Partial<Record<Outcome, number>> = {}
    const rows = new Uint32Array(requests.count)
    const arrivedMs = new Float64Array(requests.count)
    const failed = new Uint8Array(requests.count)
    const warmUpLatencyMs: number[] = []
    const load = meta.load
    const counts = load === null ? ownTraffic(recording) : null
    let fromMs = load?.measuredFromMs ?? Number.POSITIVE_INFINITY
    let toMs = load?.measuredToMs ?? Number.NEGATIVE_INFINITY
    let total = 0
    let warmUps = 0
    let timed = 0
    for (let row = 0; row < requests.count; row++) {
      const phase = requests.phase[row]!
      if (phase === WARM_UP) {
        warmUps++
        if (countsAsLatency(requests, row, endOf)) warmUpLatencyMs.push(endOf[row]! - startOf[row]!)
        continue
      }
      // With a load schedule only its measured requests count; without one, everything that the service saw does.
      if ((load !== null && phase !== MEASURED) || !(startOf[row]! >= 0)) continue
      if (counts !== null && !counts(row)) continue
      const outcome = outcomeOf(requests, row)
      arrivedMs[total] = startOf[row]!
      failed[total] = outcome === 'ok' || outcome === 'unobserved' ? 0 : 1
      total++
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      if (load === null) {
        fromMs = Math.min(fromMs, startOf[row]!)
        toMs = Math.max(toMs, Number.isNaN(endOf[row]!) ? startOf[row]! : endOf[row]!)
      }
      if (countsAsLatency(requests, row, endOf)) rows[timed++] = row
    }
    if (total === 0) return notEnoughData(`no request in the measured window (${requests.count} recorded)`)
    const chosen = rows.slice(0, timed)
    const startMs = gather(startOf, chosen)
    const latencyMs = gather(endOf, chosen)
    for (let i = 0; i < timed; i++) latencyMs[i] = Math.max(0, latencyMs[i]! - startMs[i]!)
    return known({
      fromMs,
      toMs,
      durationMs: toMs - fromMs,
      seenFrom,
      requests: total,
      errors: total - (outcomes.ok ?? 0) - (outcomes.unobserved ?? 0),
      outcomes,
      throughputRps: toMs > fromMs ? (successesWithin(requests, endOf, fromMs, toMs) / (toMs - fromMs)) * 1000 : 0,
      rows: chosen,
      startMs,
      latencyMs,
      p95Ms: quantile(latencyMs, 0.95),
      arrivals: { startMs: arrivedMs.slice(0, total), failed: failed.slice(0, total) },
      warmUp: warmUps === 0 ? null : { requests: warmUps, latencyMs: Float64Array.from(warmUpLatencyMs) },
    })
  },
}

/** Which requests count where nothing was sent: those that were to be recorded; null = all. */
function ownTraffic({ meta, requests, routes }: Recording): ((row: number) => boolean) | null {
  const own = meta.ownTraffic ?? null
  if (own === null) return null
  const counted = routes.map((route) => {
    const [method, path] = [route.slice(0, route.indexOf(' ')), route.slice(route.indexOf(' ') + 1)]
    return (own.method === null || method === own.method) && (own.path === '/' || path === own.path)
  })
  return (row) => {
    const startMs = requests.serverStartMs[row]!
    return startMs >= own.fromMs && startMs <= own.toMs && counted[requests.route[row]!] === true
  }
}

/** Every request that was in the service at some time, warm-up included: what Little's law counts. */
export function intervalsOf(requests: RequestTable, seenFrom: Traffic['seenFrom']) {
  return seenFrom === 'client'
    ? { startMs: requests.scheduledMs, endMs: requests.clientEndMs }
    : { startMs: requests.serverStartMs, endMs: requests.serverEndMs }
}

/** Whether what the client saw and what the service saw stand on one time line. */
export function onOneClock({ seenFrom }: Traffic, { load }: Recording['meta']): boolean {
  return seenFrom === 'server' || load?.sharedClock !== false
}

function someClient(requests: RequestTable): boolean {
  for (let row = 0; row < requests.count; row++) if (requests.scheduledMs[row]! >= 0) return true
  return false
}

/** A response that only the server saw is a success unless its status says otherwise. */
function outcomeOf(requests: RequestTable, row: number): Outcome {
  const outcome = OUTCOMES[requests.outcome[row]!] ?? 'unobserved'
  return outcome === 'unobserved' && requests.status[row]! >= 500 ? 'http-error' : outcome
}

function countsAsLatency(requests: RequestTable, row: number, endOf: Float64Array): boolean {
  const outcome = outcomeOf(requests, row)
  return (outcome === 'ok' || outcome === 'timeout' || outcome === 'unobserved') && !Number.isNaN(endOf[row]!)
}

function successesWithin(requests: RequestTable, endOf: Float64Array, fromMs: number, toMs: number): number {
  let successes = 0
  for (let row = 0; row < requests.count; row++) {
    const outcome = outcomeOf(requests, row)
    if (outcome !== 'ok' && outcome !== 'unobserved') continue
    if (endOf[row]! >= fromMs && endOf[row]! <= toMs) successes++
  }
  return successes
}
