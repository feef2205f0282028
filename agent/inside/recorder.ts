import {
  BATCH,
  EVENT,
  KIND,
  REQUEST,
  SAMPLE,
  SAMPLE_SIMULATED,
  SHARED,
  SPAN,
  SPAN_SYNC,
  TEXT_USE,
  TICKET,
} from '../../core/model/journal-layout.js'
import type { Ticket } from './api.js'
import { loopIdleMs } from './clock.js'
import { Names, writeText } from './names.js'
import type { RequestContext } from './request-context.js'
import type { Ring } from './ring.js'
import { Routes } from './routes.js'

export type RequestEnd = {
  readonly method: string
  readonly url: string
  readonly flags: number
  readonly status: number
  readonly request: number
  readonly startMs: number
  readonly endMs: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly parentIdHigh: number
  readonly parentIdLow: number
}

export type BatchEnd = {
  readonly batch: number
  readonly size: number
  readonly capacity: number
  readonly device: string
  readonly flags: number
  readonly openedMs: number
  readonly startedMs: number
  readonly endedMs: number
  readonly maxWaitMs: number
}

const OTHER_STAGES = '(other stages)'

/** Writes one thread's observations as journal records into its ring. */
export class Recorder {
  readonly shared: Int32Array
  /** Set by a request, a stage or a batch: what the process would not want to lose when it ends early. */
  worthKeeping = false
  readonly #ring: Ring
  readonly #names: Names
  readonly #routes: Routes

  constructor(shared: SharedArrayBuffer, ring: Ring) {
    this.shared = new Int32Array(shared, 0, SHARED.rings)
    this.#ring = ring
    this.#names = new Names(ring)
    this.#routes = new Routes(this.#names)
  }

  nextRequest(): number {
    this.worthKeeping = true
    return (Atomics.add(this.shared, SHARED.lastRequest, 1) + 1) >>> 0
  }

  nextBatch(): number {
    this.worthKeeping = true
    return (Atomics.add(this.shared, SHARED.lastBatch, 1) + 1) >>> 0
  }

  /** A stage that ran without giving up the thread. */
  syncSpan(
    stage: string,
    context: RequestContext | undefined,
    flags: number,
    startMs: number,
    endMs: number,
    bytes: number,
  ): void {
    this.spanWithIdle(stage, context, flags | SPAN_SYNC, startMs, endMs, bytes, Number.NaN, Number.NaN)
    this.#ring.publish()
  }

  /** A stage that ends now, with the loop's idle time at its start. */
  asyncSpan(
    stage: string,
    context: RequestContext | undefined,
    flags: number,
    startMs: number,
    endMs: number,
    bytes: number,
    idleStartMs: number,
  ): void {
    const idleEndMs = loopIdleMs()
    this.spanWithIdle(stage, context, flags, startMs, endMs, bytes, idleEndMs, idleEndMs - idleStartMs)
    this.#ring.publish()
  }

  /** A stage with the loop's idle time at its end and within it; NaN = not read. It is handed on with the next record. */
  spanWithIdle(
    stage: string,
    context: RequestContext | undefined,
    flags: number,
    startMs: number,
    endMs: number,
    bytes: number,
    idleEndMs: number,
    idleDeltaMs: number,
  ): void {
    const name = this.#names.id(stage, OTHER_STAGES)
    const slot = name === 0 ? -1 : this.#ring.open(KIND.span, flags, name)
    if (slot < 0) return
    const { u32, f32, f64 } = this.#ring.views
    f64[slot * 8 + SPAN.startMs / 8] = startMs
    f64[slot * 8 + SPAN.endMs / 8] = endMs
    f64[slot * 8 + SPAN.loopIdleEndMs / 8] = idleEndMs
    u32[slot * 16 + SPAN.request / 4] = context === undefined ? 0 : context.request
    u32[slot * 16 + SPAN.batch / 4] = context === undefined ? 0 : context.batch
    f32[slot * 16 + SPAN.bytes / 4] = bytes
    f32[slot * 16 + SPAN.cpuMs / 4] = Number.NaN
    f32[slot * 16 + SPAN.loopIdleDeltaMs / 4] = idleDeltaMs
  }

  request(end: RequestEnd): void {
    const name = this.#routes.id(end.method, end.url)
    const slot = name === 0 ? -1 : this.#ring.open(KIND.request, end.flags, name)
    if (slot < 0) {
      // The spans of this request.
      this.#ring.publish()
      return
    }
    const { u16, u32, f32, f64 } = this.#ring.views
    u16[slot * 32 + REQUEST.status / 2] = end.status
    f64[slot * 8 + REQUEST.startMs / 8] = end.startMs
    f64[slot * 8 + REQUEST.endMs / 8] = end.endMs
    u32[slot * 16 + REQUEST.request / 4] = end.request
    f32[slot * 16 + REQUEST.bytesIn / 4] = end.bytesIn
    f32[slot * 16 + REQUEST.bytesOut / 4] = end.bytesOut
    u32[slot * 16 + REQUEST.parentIdHigh / 4] = end.parentIdHigh
    u32[slot * 16 + REQUEST.parentIdLow / 4] = end.parentIdLow
    this.#ring.publish()
  }

  ticket(ticket: Ticket, batch: number, startedMs: number, endedMs: number): void {
    const slot = this.#ring.open(KIND.ticket, 0, 0)
    if (slot < 0) return
    const { u32, f64 } = this.#ring.views
    f64[slot * 8 + TICKET.enqueuedMs / 8] = ticket.enqueuedMs
    f64[slot * 8 + TICKET.startedMs / 8] = startedMs
    f64[slot * 8 + TICKET.endedMs / 8] = endedMs
    u32[slot * 16 + TICKET.request / 4] = ticket.request
    u32[slot * 16 + TICKET.batch / 4] = batch
    this.#ring.publish()
  }

  batch(end: BatchEnd): void {
    const device = end.device === '' ? 0 : this.#names.id(end.device, OTHER_STAGES)
    const slot = this.#ring.open(KIND.batch, end.flags, device)
    if (slot < 0) return
    const { u16, u32, f32, f64 } = this.#ring.views
    u16[slot * 32 + BATCH.size / 2] = end.size
    u16[slot * 32 + BATCH.capacity / 2] = end.capacity
    f64[slot * 8 + BATCH.openedMs / 8] = end.openedMs
    f64[slot * 8 + BATCH.startedMs / 8] = end.startedMs
    f64[slot * 8 + BATCH.endedMs / 8] = end.endedMs
    u32[slot * 16 + BATCH.batch / 4] = end.batch
    f32[slot * 16 + BATCH.maxWaitMs / 4] = end.maxWaitMs
    this.#ring.publish()
  }

  sample(metric: string, instance: string, tMs: number, value: number, simulated: boolean): void {
    const name = this.#names.id(metric, OTHER_STAGES)
    const instanceId = instance === '' ? 0 : this.#names.id(instance, OTHER_STAGES)
    const slot = name === 0 ? -1 : this.#ring.open(KIND.sample, simulated ? SAMPLE_SIMULATED : 0, name)
    if (slot < 0) return
    const { u16, f64 } = this.#ring.views
    u16[slot * 32 + SAMPLE.instance / 2] = instanceId
    f64[slot * 8 + SAMPLE.tMs / 8] = tMs
    f64[slot * 8 + SAMPLE.value / 8] = value
    this.#ring.publish()
  }

  event(kind: string, detail: string, startMs: number, endMs: number, value: number): void {
    const name = this.#names.id(kind, OTHER_STAGES)
    const detailId = this.#names.id(detail, OTHER_STAGES)
    const slot = name === 0 ? -1 : this.#ring.open(KIND.event, 0, name)
    if (slot < 0) return
    const { u16, f64 } = this.#ring.views
    u16[slot * 32 + EVENT.detail / 2] = detailId
    f64[slot * 8 + EVENT.startMs / 8] = startMs
    f64[slot * 8 + EVENT.endMs / 8] = endMs
    f64[slot * 8 + EVENT.value / 8] = value
    this.#ring.publish()
  }

  /** A JSON object for the pipeline configuration. */
  config(json: string): void {
    writeText(this.#ring, TEXT_USE.config, 0, json)
  }

  /** A JSON object that describes this thread. */
  thread(json: string): void {
    writeText(this.#ring, TEXT_USE.thread, 0, json)
  }
}
