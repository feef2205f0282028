import { JobQueue } from './job-queue.js'
import type { FleetSpec, InstanceSpec } from './network.js'
import type { Station, Surroundings } from './station.js'

type Instance = {
  readonly spec: InstanceSpec
  readonly waiting: JobQueue
  running: number
  started: number
  ready: boolean
}

/** Instances behind a load balancer. Payloads: a job that ends, or ~instance when that is ready. */
export class Fleet implements Station {
  readonly use = { busyMs: 0, started: 0, served: 0 }
  readonly instances: Instance[] = []
  readonly #spec: FleetSpec
  readonly #at: number
  readonly #around: Surroundings
  readonly #queueLimit: number
  /** By job: where it is. */
  readonly #instanceOf: Uint16Array
  #turn = 0
  #running = 0
  #ranMs = 0
  #changedMs = 0

  constructor(spec: FleetSpec, at: number, around: Surroundings) {
    this.#spec = spec
    this.#at = at
    this.#around = around
    this.#queueLimit = spec.queueLimit ?? Number.POSITIVE_INFINITY
    this.#instanceOf = new Uint16Array(around.next.length)
    for (const instance of spec.instances) this.add(instance)
  }

  /** One more instance. */
  add(spec: InstanceSpec): void {
    const ready = spec.readyMs <= this.#around.nowMs
    this.instances.push({ spec, waiting: new JobQueue(this.#around.next), running: 0, started: 0, ready })
    if (!ready) this.#around.plan(spec.readyMs, this.#at, ~(this.instances.length - 1))
  }

  /** Servers' working time so far, summed over all instances. */
  get workedMs(): number {
    return this.#ranMs + this.#running * (this.#around.nowMs - this.#changedMs)
  }

  /** Instances that are ready to work. */
  get ready(): number {
    return this.instances.reduce((count, { ready }) => count + (ready ? 1 : 0), 0)
  }

  /** Jobs that wait at an instance. */
  get waiting(): number {
    return this.instances.reduce((count, { waiting }) => count + waiting.length, 0)
  }

  enter(job: number): void {
    const at = this.#spec.balancer === 'round-robin' ? this.#nextInTurn() : this.#leastBusy()
    const instance = this.instances[at]
    if (instance === undefined || !(instance.waiting.length < this.#queueLimit || this.#free(instance))) {
      this.#around.reject(job)
      return
    }
    this.#instanceOf[job] = at
    if (this.#free(instance)) this.#start(instance, job)
    else instance.waiting.push(job)
  }

  happen(payload: number): void {
    const instance = this.instances[payload < 0 ? ~payload : this.#instanceOf[payload]!]!
    if (payload < 0) instance.ready = true
    else {
      this.#count(-1)
      instance.running--
      this.use.served++
    }
    if (this.#around.drops) instance.waiting.dropExpired(this.#around)
    while (instance.waiting.length > 0 && this.#free(instance)) {
      this.#start(instance, instance.waiting.take(1))
      if (this.#around.drops) instance.waiting.dropExpired(this.#around)
    }
    if (payload >= 0) this.#around.pass(payload)
  }

  #free({ ready, running }: Instance): boolean {
    return ready && running < this.#spec.concurrency
  }

  #start(instance: Instance, job: number): void {
    const { slowStart } = instance.spec
    const slow = slowStart !== undefined && instance.started < slowStart.requests
    const tookMs = this.#around.demandMs(job) * (slow ? slowStart.factor : 1)
    this.#count(1)
    instance.running++
    instance.started++
    this.use.started++
    this.use.busyMs += tookMs
    if (this.#around.log !== null) this.#around.log.stepStartMs[this.#around.stepOf(job)] = this.#around.nowMs
    this.#around.plan(this.#around.nowMs + tookMs, this.#at, job)
  }

  #count(change: number): void {
    const { nowMs } = this.#around
    this.#ranMs += this.#running * (nowMs - this.#changedMs)
    this.#changedMs = nowMs
    this.#running += change
  }

  /** -1 when no instance has joined. */
  #nextInTurn(): number {
    const count = this.instances.length
    for (let tried = 0; tried < count; tried++) {
      const at = this.#turn
      this.#turn = (at + 1) % count
      if (this.instances[at]!.spec.joinMs <= this.#around.nowMs) return at
    }
    return -1
  }

  #leastBusy(): number {
    let [best, fewest] = [-1, Number.POSITIVE_INFINITY]
    // Ties go round, so that equal instances share alike.
    for (let i = 0; i < this.instances.length; i++) {
      const at = (this.#turn + i) % this.instances.length
      const { spec, waiting, running } = this.instances[at]!
      if (spec.joinMs > this.#around.nowMs || waiting.length + running >= fewest) continue
      best = at
      fewest = waiting.length + running
    }
    this.#turn = (this.#turn + 1) % Math.max(1, this.instances.length)
    return best
  }
}
