import type { Metric } from '../../../core/model/recording.js'
import type { ProcessTree } from '../process-tree.js'

/** One measured value. `tMs`: the process-wide monotonic clock (`process.hrtime`); units: METRICS of the model. */
export type Sample = {
  readonly tMs: number
  readonly metric: Metric
  readonly instance: string
  readonly value: number
  readonly simulated: boolean
}

/** What a sampler may read and where it reports to. Paths and platform are arguments so that tests can replace them. */
export type SamplingContext = {
  readonly platform: NodeJS.Platform
  /** '/proc', or a directory laid out like it. */
  readonly procRoot: string
  readonly rootPid: number
  readonly intervalMs: number
  /** Command or path of the GPU's own query tool. */
  readonly nvidiaSmi: string
  /** Up to date at every `poll`. */
  readonly tree: ProcessTree
  nowMs(): number
  /** Non-finite values are dropped: a value that is not known is absent. */
  emit(tMs: number, metric: Metric, instance: string, value: number): void
  /** Records a gap `sampler:<thing>` with the reason; repeats of the same thing and reason are ignored. */
  notMeasured(thing: string, reason: string): void
}

/** A started sampler: polled on the common schedule, or running on its own, or both. */
export type RunningSampler = {
  /** Must not block for long: reads a few small files. A throw is reported once and counted. */
  poll?(tMs: number): void
  stop?(): void | Promise<void>
}

/** One file a sampler, one line in `index.ts`. */
export type Sampler = {
  /** Equals the file name; names the gap `sampler:<id>`. */
  readonly id: string
  start(context: SamplingContext): RunningSampler | { readonly notMeasured: string }
}

export const NEEDS_PROC = { notMeasured: 'needs the Linux /proc file system' } as const
