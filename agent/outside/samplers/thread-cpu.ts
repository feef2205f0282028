import { readdirSync } from 'node:fs'
import type { TreeProcess } from '../process-tree.js'
import { isGone } from './proc-file.js'
import { NEEDS_PROC, type Sampler, type SamplingContext } from './sampler.js'
import { hasSchedstat, Thread } from './thread-clock.js'

// Thread names are often set just after the thread started, and threads come and go in equal numbers.
const LIST_THREADS_MS = 1000
// One reading costs about 4 us, so past this many threads each is read less often: 1,000 readings a second at 10 Hz.
const THREADS_PER_TICK = 100
/** A thread is reported from the first interval in which it is among the busiest ... */
const BUSIEST = 16
/** ... and did anything to speak of: 1 ms of 100 on CPU or waiting for one. */
const MIN_BUSY = 0.01
/** From then on it is reported in every interval until it ends, idle ones included: means over time stay unbiased. */
const MAX_REPORTED = 64

type Busy = { readonly thread: Thread; readonly cpu: number; readonly wait: number }

/** CPU and run-queue wait of the threads of the tree that do the work. */
export const threadCpu: Sampler = {
  id: 'thread-cpu',
  start(context) {
    if (context.platform !== 'linux') return NEEDS_PROC
    const sampler = new ThreadSampler(context)
    return { poll: (tMs) => sampler.poll(tMs), stop: () => sampler.stop() }
  },
}

class ThreadSampler {
  readonly #context: SamplingContext
  readonly #schedstat: boolean
  readonly #threads = new Map<string, Thread>()
  readonly #reported = new Set<Thread>()
  readonly #threadCounts = new Map<number, number>()
  #listAgainMs = Number.NEGATIVE_INFINITY
  #ticks = 0

  constructor(context: SamplingContext) {
    this.#context = context
    this.#schedstat = hasSchedstat(context.procRoot)
    if (!this.#schedstat) {
      context.notMeasured('run-queue-wait', 'this kernel has no scheduler statistics (schedstat)')
    }
  }

  poll(tMs: number): void {
    this.#list(tMs)
    const everyTicks = Math.ceil(this.#threads.size / THREADS_PER_TICK)
    if (this.#ticks++ % Math.max(1, everyTicks) !== 0) return
    const busy: Busy[] = []
    for (const [key, thread] of this.#threads) {
      const interval = thread.read(tMs)
      if (interval === 'ended') this.#forget(key, thread)
      else if (interval !== 'first') busy.push({ thread, ...interval })
    }
    this.#choose(busy)
    for (const { thread, cpu, wait } of busy) {
      if (!this.#reported.has(thread)) continue
      this.#context.emit(tMs, 'thread.cpu', thread.instance, cpu)
      this.#context.emit(tMs, 'thread.runQueueWait', thread.instance, wait)
    }
  }

  stop(): void {
    for (const [key, thread] of this.#threads) this.#forget(key, thread)
  }

  #choose(busy: Busy[]): void {
    const activity = ({ cpu, wait }: Busy) => cpu + (wait || 0)
    busy.sort((a, b) => activity(b) - activity(a))
    for (const candidate of busy.slice(0, BUSIEST)) {
      if (activity(candidate) < MIN_BUSY || this.#reported.has(candidate.thread)) continue
      if (this.#reported.size < MAX_REPORTED) this.#reported.add(candidate.thread)
      else
        this.#context.notMeasured('thread-cpu', `more than ${MAX_REPORTED} busy threads: the later ones are left out`)
    }
  }

  #list(tMs: number): void {
    const processes = this.#context.tree.processes
    const due = tMs >= this.#listAgainMs
    if (due) this.#listAgainMs = tMs + LIST_THREADS_MS
    for (const process of processes) {
      if (!due && this.#threadCounts.get(process.pid) === process.stat.threads) continue
      this.#threadCounts.set(process.pid, process.stat.threads)
      this.#listOne(process)
    }
  }

  #listOne({ pid }: TreeProcess): void {
    for (const tid of threadIds(`${this.#context.procRoot}/${pid}/task`)) {
      const key = `${pid}/${tid}`
      const known = this.#threads.get(key)
      if (known) known.refreshName()
      else this.#threads.set(key, new Thread(this.#context.procRoot, pid, tid, this.#schedstat))
    }
  }

  #forget(key: string, thread: Thread): void {
    thread.close()
    this.#threads.delete(key)
    this.#reported.delete(thread)
  }
}

function threadIds(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}
