import type { ReleaseReason } from '../model/recording.js'
import { handoverMs, type ReleasedBy } from './handover.js'
import { JobQueue, NO_JOB } from './job-queue.js'
import type { BatcherSpec } from './network.js'
import type { Station, Surroundings } from './station.js'

/** Payloads of the timer, when it is due and when it has got its turn; from 0 on, the first job of a batch that ends. */
const TIMER = -1
const TIMER_TURN = -2
/** A slot joins. */
const SLOT = -3
/** From here on down: a batch that was handed over begins; which one, the distance tells. */
const BEGINNING = -4

export class Batcher implements Station {
  readonly use = { busyMs: 0, started: 0, served: 0 }
  readonly #spec: BatcherSpec
  readonly #at: number
  readonly #around: Surroundings
  readonly #waiting: JobQueue
  readonly #queueLimit: number
  /** So many that wait go at once. */
  readonly #enough: number
  /** By job: when it has waited long enough. */
  readonly #dueMs: Float64Array
  /** By first job of a batch: its work on a core. Null where it needs none. */
  readonly #workMs: Float64Array | null
  /** Batches that were closed while the device was busy, as pairs of first job and size. */
  readonly #closed: number[] = []
  /** By first job of a batch: when it began; only where that matters. */
  readonly #beganMs: Float64Array | null
  /** How long the run took that ended last; where none has, as long as a batch of one. */
  #ranMs: number
  #slots: number
  #running = 0
  #timerMs = Number.NaN

  constructor(spec: BatcherSpec, at: number, around: Surroundings) {
    this.#spec = spec
    this.#at = at
    this.#around = around
    this.#queueLimit = spec.queueLimit ?? Number.POSITIVE_INFINITY
    this.#waiting = new JobQueue(around.next)
    this.#dueMs = new Float64Array(around.next.length)
    this.#workMs = around.onCpu(at) ? new Float64Array(around.next.length) : null
    const delays = spec.handover !== undefined || spec.crowded !== undefined
    this.#beganMs = delays ? new Float64Array(around.next.length) : null
    this.#ranMs = spec.serviceMs[1] ?? 0
    this.#enough = Math.min(spec.maxBatch, spec.preferred?.[0] ?? spec.maxBatch)
    this.#slots = spec.slotsFromMs === undefined ? spec.slots : 0
    for (const fromMs of spec.slotsFromMs ?? []) around.plan(fromMs, at, SLOT)
  }

  enter(job: number): void {
    if (this.#waiting.length >= this.#queueLimit) {
      this.#around.reject(job)
      return
    }
    this.#dueMs[job] = this.#around.nowMs + this.#spec.maxWaitMs
    this.#waiting.push(job)
    this.#release(false, 'filled')
  }

  happen(payload: number): void {
    if (payload < 0) {
      this.#signal(payload)
      return
    }
    this.#running--
    if (this.#beganMs !== null) this.#ranMs = this.#around.nowMs - this.#beganMs[payload]!
    if (this.#workMs !== null) this.#around.log?.ended(this.#around.stepOf(payload), this.#around.nowMs)
    if (this.#closed.length > 0) this.#run(this.#closed.shift()!, this.#closed.shift()!, 'device')
    this.#release(true, 'device')
    const { next } = this.#around
    let job = payload
    while (job !== NO_JOB) {
      const following = next[job]!
      this.use.served++
      this.#around.pass(job)
      job = following
    }
  }

  #signal(payload: number): void {
    if (payload <= BEGINNING) {
      const first = BEGINNING - payload
      this.#around.work(this.#workMs![first]!, this.#at, first)
      return
    }
    if (payload === TIMER && this.#spec.timerAt !== undefined) {
      this.#around.callInTurn(this.#spec.timerAt, this.#at, TIMER_TURN)
      return
    }
    if (payload === SLOT) this.#slots++
    this.#release(true, payload === SLOT ? 'device' : 'timer')
  }

  /** Sends out every batch that is due and finds a slot, and sets the timer for the one that must wait for company. */
  #release(timersMayFire: boolean, by: ReleasedBy): void {
    const { whileBusy, timerAt } = this.#spec
    const waiting = this.#waiting
    if (this.#around.drops) waiting.dropExpired(this.#around)
    while (waiting.length > 0 && (this.#running < this.#slots || whileBusy === 'close')) {
      const dueMs = this.#dueMs[waiting.head]!
      const due = this.#around.nowMs >= dueMs && (timersMayFire || timerAt === undefined)
      if (waiting.length < this.#enough && !due) {
        // A timer that comes when its job has left already finds nothing due and does no harm.
        if (this.#timerMs !== dueMs) this.#around.plan(dueMs, this.#at, TIMER)
        this.#timerMs = dueMs
        return
      }
      const size = this.#sizeOf(waiting.length, due)
      const first = waiting.take(size)
      if (this.#running < this.#slots) this.#run(first, size, by)
      else this.#closed.push(first, size)
    }
  }

  /** Whatever waits may go once it is due; before that, the largest preferred size. */
  #sizeOf(length: number, due: boolean): number {
    const { maxBatch, preferred } = this.#spec
    if (length >= maxBatch) return maxBatch
    if (due || preferred === undefined) return length
    let size = this.#enough
    for (const candidate of preferred) if (candidate <= length) size = candidate
    return size
  }

  #run(first: number, size: number, by: ReleasedBy): void {
    const { serviceMs, contention, crowded, draw } = this.#spec
    const { variation, handover } = crowded !== undefined && this.#around.works(crowded.at) ? crowded : this.#spec
    const entry = draw === undefined ? this.use.started : draw[first]!
    const factor = variation === undefined ? 1 : variation[entry % variation.length]!
    const lateMs = handover === undefined ? 0 : handoverMs(handover, by, entry, this.#ranMs)
    const beginMs = this.#around.nowMs + lateMs
    if (this.#beganMs !== null) this.#beganMs[first] = beginMs
    this.#running++
    const crowding = contention === undefined ? 1 : contention[this.#running]!
    const durationMs = serviceMs[size]! * factor * crowding
    this.use.started++
    this.use.busyMs += durationMs
    if (this.#around.log !== null) this.#trace(first, size, beginMs, durationMs)
    if (this.#workMs === null) {
      this.#around.plan(beginMs + durationMs, this.#at, first)
      return
    }
    this.#workMs[first] = durationMs
    if (lateMs > 0) this.#around.plan(beginMs, this.#at, BEGINNING - first)
    else this.#around.work(durationMs, this.#at, first)
  }

  #trace(first: number, size: number, startMs: number, durationMs: number): void {
    const { next } = this.#around
    const log = this.#around.log!
    const { maxBatch, maxWaitMs, preferred } = this.#spec
    const full = size === maxBatch || preferred?.includes(size) === true
    const reason: ReleaseReason = full ? 'full' : maxWaitMs === 0 ? 'idle' : 'timeout'
    const batch = log.batch(this.#at, this.#dueMs[first]! - maxWaitMs, startMs, startMs + durationMs, size, reason)
    for (let job = first; job !== NO_JOB; job = next[job]!) {
      log.stepStartMs[this.#around.stepOf(job)] = startMs
      log.stepBatch[this.#around.stepOf(job)] = batch
    }
  }
}
