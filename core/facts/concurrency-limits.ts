import { CONNECT_STAGE, UNATTRIBUTED_STAGE } from '../model/recording.js'
import { gather } from '../stats/gather.js'
import { mean } from '../stats/mean.js'
import { timeOrder } from '../stats/time-order.js'
import { turnsOf } from '../stats/turns.js'
import { awaitedTimes } from './awaited-times.js'
import { type Fact, type Facts, known, notMeasured } from './fact.js'
import { overhear } from './overheard.js'
import { blocks, isInWorkers, isSynchronous, stagePlacements } from './stage-placements.js'
import { EACH_ALONE, type Piece } from './stage-sweep.js'
import { stageColumn, stageTimes } from './stage-times.js'
import { intervalsOf, type Traffic, traffic } from './traffic.js'
import { untimedWork } from './untimed-work.js'

/** Something that lets no more than so many requests through at a time, though nothing on record says how many. */
export type ConcurrencyLimit = {
  /** The stage that passes it; null = all that is known is the request, as its client saw it. */
  readonly stage: string | null
  /** The stage whose time holds the wait for a turn: the same, or the one before. */
  readonly waitsIn: string | null
  /** At once, in each process. */
  readonly servers: number
  /** Of what passes it, without the wait, per request. */
  readonly serviceMs: number
  /** Of the servers' time, 0..1. */
  readonly busyFraction: number
  /** By request of `traffic.rows`: until its turn came. */
  readonly waitMs: Float64Array
}

/** A smaller share of the mean latency is not worth asking what it was spent on. */
const LEAST_SHARE = 0.1
/** Nor is a turn that is a smaller share of that, however long the wait for it. */
const LEAST_TURN = 0.1
/** Requests that failed left early, or were never let in. */
const MOST_ERRORS = 0.02
/**
 * Of what a busy loop leaves open of their ends, as a share of the times themselves: 0.1 and less where pools were found (synthetic and real
 * ones), 1.4 and more where a loop that is three quarters busy made everybody seem to wait for turns.
 */
const MOST_DOUBT = 0.25
/** With more of it code, the time in no stage is the event loop's, which others know more about. */
const MOST_CODE = 0.5

/** Of the requests. */
const NEARLY_ALL = 0.9
/** Requests, of which a limit shows if there is one: twice what `turnsOf` decides by. */
const MANY = 20_000
/** Where who waits for a turn may be seen to wait. */
const WAITING_ROOMS: readonly string[] = [UNATTRIBUTED_STAGE, 'queue']

/** What requests await together behind each limit that their coming and leaving tells, the longest wait first. */
export const concurrencyLimits: Fact<'concurrencyLimits', readonly ConcurrencyLimit[]> = {
  id: 'concurrencyLimits',
  derive(facts) {
    const measured = facts.get(traffic)
    if (!measured.known) return measured
    const { errors, requests } = measured.value
    if (errors > MOST_ERRORS * requests) return notMeasured(`${errors} of ${requests} requests failed`)
    const limits = facts.get(stageTimes).known
      ? awaitedByAll(facts, measured.value)
      : limitAmong([wholeRequests(facts, measured.value)], facts, measured.value)
    const byWait = limits.sort((a, b) => mean(b.waitMs) - mean(a.waitMs))
    // Where the wait itself is a limit it is none of what comes after it.
    return known(
      byWait.filter(({ waitsIn, stage }) => stage === waitsIn || !byWait.some((one) => one.stage === waitsIn)),
    )
  },
}

/** Times that requests spent alike, in no order. */
type Alike = Pick<ConcurrencyLimit, 'stage' | 'waitsIn'> & {
  readonly rows: Uint32Array
  readonly fromMs: Float64Array
  readonly tookMs: Float64Array
}

/** Of the first of several views of the same that tells one. */
function limitAmong(views: readonly Alike[], facts: Facts, measured: Traffic): ConcurrencyLimit[] {
  for (const view of views) {
    const limit = limitOf(view, facts, measured)
    if (limit !== null) return [limit]
  }
  return []
}

function limitOf(view: Alike, facts: Facts, measured: Traffic): ConcurrencyLimit | null {
  const { stage, waitsIn, rows, fromMs, tookMs } = view
  const { process } = facts.recording.requests
  const byTime = timeOrder(fromMs)
  const processes = [...new Set(rows.map((row) => process[row]!))]
  const order = Uint32Array.from(processes.flatMap((one) => [...byTime.filter((i) => process[rows[i]!] === one)]))
  const startMs = gather(fromMs, order)
  const visitMs = gather(tookMs, order)
  const turns = turnsOf({
    group: Array.from(order, (i) => process[rows[i]!]!),
    startMs,
    endMs: visitMs.map((ms, i) => ms + startMs[i]!),
  })
  if (turns === null) return null
  const placeOf = new Map(Array.from(measured.rows, (row, place) => [row, place]))
  const waitMs = new Float64Array(measured.rows.length)
  let servedMs = 0
  for (const [i, visit] of order.entries()) {
    const place = placeOf.get(rows[visit]!)
    if (place === undefined) continue
    waitMs[place]! += turns.waitMs[i]!
    servedMs += visitMs[i]! - turns.waitMs[i]!
  }
  const busyFraction = Math.min(1, servedMs / (turns.servers * processes.length * measured.durationMs))
  const serviceMs = servedMs / measured.rows.length
  return { stage, waitsIn, servers: turns.servers, serviceMs, busyFraction, waitMs }
}

/** Where nobody looked inside: from when each was due until its answer was there, warm-up and all. */
function wholeRequests({ recording: { requests } }: Facts, { seenFrom }: Traffic): Alike {
  const { startMs, endMs } = intervalsOf(requests, seenFrom)
  const rows = Uint32Array.from({ length: requests.count }, (_, row) => row).filter(
    (row) => endMs[row]! >= startMs[row]!,
  )
  return {
    stage: null,
    waitsIn: null,
    rows,
    fromMs: gather(startMs, rows),
    tookMs: Float64Array.from(rows, (row) => endMs[row]! - startMs[row]!),
  }
}

/** Time in a stage, what came right before it if a wait for a turn may be in that, and how much sooner it may have been over. */
type Step = { readonly piece: Piece; readonly waited: Piece | null; readonly doubtMs: number }

/** What limits nobody among many requests limits no more of them: the rest need not be looked at. */
function awaitedByAll(facts: Facts, measured: Traffic): ConcurrencyLimit[] {
  const everybody = Uint32Array.from(measured.rows.keys())
  const many = everybody.subarray(0, MANY)
  if (many.length < everybody.length && awaited(facts, measured, many).length === 0) return []
  return awaited(facts, measured, everybody)
}

/** Each stage that requests await, and the time in no stage: of what came after the same stage that which is most of it. */
function awaited(facts: Facts, measured: Traffic, places: Uint32Array): ConcurrencyLimit[] {
  const { latencyMs } = measured
  const times = facts.find(stageTimes)!
  const meanMs = (stage: string) => mean(stageColumn(times, stage))
  const beforeMs = Math.max(...WAITING_ROOMS.map(meanMs))
  const leastMs = LEAST_SHARE * mean(latencyMs)
  const wanted = awaitedStages(facts).filter((stage) => {
    const ownMs = meanMs(stage)
    return (
      ownMs >= leastMs || (ownMs >= LEAST_TURN * leastMs && stage !== UNATTRIBUTED_STAGE && ownMs + beforeMs >= leastMs)
    )
  })
  if (wanted.length === 0) return []
  const ids = new Set(wanted.map((stage) => times.stages.indexOf(stage)))
  const rooms = new Set(WAITING_ROOMS.map((stage) => times.stages.indexOf(stage)))
  const alike = new Map<number, Map<number, Step[]>>()
  const { awaitedMs } = facts.find(awaitedTimes) ?? EACH_ALONE
  let last: Piece | null = null
  let doubtMs = 0
  overhear(facts, places, {
    awaitedMs(before, stage, lowMs, highMs) {
      doubtMs = highMs - lowMs
      return awaitedMs(before, stage, lowMs, highMs)
    },
    spent(piece) {
      const waited = last !== null && rooms.has(last.stage) && followsOn(last, piece) ? last : null
      last = piece
      const doubtful = doubtMs
      doubtMs = 0
      if (!ids.has(piece.stage)) return
      const kinds = alike.get(piece.stage) ?? new Map<number, Step[]>()
      alike.set(piece.stage, kinds)
      const before = waited?.before ?? piece.before
      const steps = kinds.get(before)
      if (steps === undefined) kinds.set(before, [{ piece, waited, doubtMs: doubtful }])
      else steps.push({ piece, waited, doubtMs: doubtful })
    },
  })
  return [...alike].flatMap(([id, kinds]) => {
    const steps = [...kinds.values()].reduce((most, one) => (sumMs(one) > sumMs(most) ? one : most))
    if (steps.reduce((sum, one) => sum + one.doubtMs, 0) > MOST_DOUBT * sumMs(steps)) return []
    // Time in no stage that not everybody has is a wait for something, and no turn.
    if (times.stages[id] === UNATTRIBUTED_STAGE && steps.length < NEARLY_ALL * places.length) return []
    return limitAmong(viewsOf(times.stages, id, steps), facts, measured)
  })
}

/** Whether nothing was handed out between them. */
function followsOn(last: Piece, next: Piece): boolean {
  // Time in no stage does not count as what came before.
  return (
    last.row === next.row && last.stage !== next.stage && (next.before === last.stage || next.before === last.before)
  )
}

/** The stage by itself, and with what came before it: who waits for a connection has not called yet. */
function viewsOf(stages: readonly string[], id: number, steps: readonly Step[]): Alike[] {
  const stage = stages[id]!
  const rows = Uint32Array.from(steps, ({ piece }) => piece.row)
  const view = (waitsIn: string, fromMs: (step: Step) => number): Alike => ({
    stage,
    waitsIn,
    rows,
    fromMs: Float64Array.from(steps, fromMs),
    tookMs: Float64Array.from(steps, (step) => step.piece.fromMs + step.piece.ms - fromMs(step)),
  })
  const own = view(stage, ({ piece }) => piece.fromMs)
  const room = steps.find(({ waited }) => waited !== null)?.waited?.stage
  if (stage === UNATTRIBUTED_STAGE || room === undefined) return [own]
  return [own, view(stages[room]!, ({ piece, waited }) => (waited?.stage === room ? waited.fromMs : piece.fromMs))]
}

function awaitedStages(facts: Facts): string[] {
  const batched = facts.recording.batches.count > 0
  const placed = [...(facts.find(stagePlacements) ?? [])].flatMap(([stage, one]) => {
    const elsewhere = stage === CONNECT_STAGE || stage === 'network-in' || (stage === 'model' && batched)
    return elsewhere || isInWorkers(one) || isSynchronous(one) || blocks(one) ? [] : [stage]
  })
  const code = facts.find(untimedWork)?.share ?? 0
  return code < MOST_CODE ? [...placed, UNATTRIBUTED_STAGE] : placed
}

function sumMs(steps: readonly Step[]): number {
  return steps.reduce((sum, { piece }) => sum + piece.ms, 0)
}
