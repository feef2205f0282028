import type { Gap } from '../../core/model/gap.js'
import { ProcessTree } from './process-tree.js'
import { SAMPLERS } from './samplers/index.js'
import type { RunningSampler, Sample, Sampler, SamplingContext } from './samplers/sampler.js'

export type { Sample } from './samplers/sampler.js'

const DEFAULT_INTERVAL_MS = 100
/** Fewer skipped ticks than this hardly change any mean. */
const MAX_SKIPPED_FRACTION = 0.1
/** A sampler that fails this often in a row is given up. */
const MAX_FAILURES = 10

export type SamplingOptions = {
  /** The process whose tree is watched; it may start later and end earlier than the sampling. */
  readonly rootPid: number
  /** Default 100. */
  readonly intervalMs?: number
  readonly emit: (sample: Sample) => void
  /** What could not be measured, each reason once: kind `sampler:<thing>`. */
  readonly gap?: (gap: Gap) => void
  readonly sources?: SamplingSources
}

/** Where to look instead of the real places. */
export type SamplingSources = {
  /** Default '/proc'. */
  readonly procRoot?: string
  readonly platform?: NodeJS.Platform
  /** Default 'nvidia-smi', found on PATH. */
  readonly nvidiaSmi?: string
  readonly samplers?: readonly Sampler[]
}

export type Sampling = {
  /** Ends every sampler, those with processes of their own included. */
  stop(): Promise<void>
}

/**
 * Runs every sampler at fixed times (start + k * interval; a missed time is skipped, never made up for) until stopped.
 * Samples bear monotonic ms, the clock of `process.hrtime`, which changes of the wall clock do not touch. Belongs in a
 * worker thread: a tick reads some tens of small files synchronously.
 */
export function startSampling(options: SamplingOptions): Sampling {
  const intervalMs = options.intervalMs ?? DEFAULT_INTERVAL_MS
  const procRoot = options.sources?.procRoot ?? '/proc'
  const tree = new ProcessTree({ procRoot, rootPid: options.rootPid })
  const startMs = monotonicMs()
  const context: SamplingContext = {
    platform: options.sources?.platform ?? process.platform,
    procRoot,
    rootPid: options.rootPid,
    intervalMs,
    tree,
    nvidiaSmi: options.sources?.nvidiaSmi ?? 'nvidia-smi',
    nowMs: monotonicMs,
    emit(tMs, metric, instance, value) {
      if (Number.isFinite(value)) options.emit({ tMs, metric, instance, value, simulated: false })
    },
    notMeasured: gapsOnce(options.gap, startMs),
  }
  const running = (options.sources?.samplers ?? SAMPLERS).flatMap((sampler) => start(sampler, context))
  if (context.platform === 'linux')
    running.unshift({ id: 'process-tree', poll: (tMs) => tree.update(tMs), failures: 0 })

  let polled = 0
  let skipped = 0
  let nextMs = startMs
  let timer: NodeJS.Timeout | null = null
  const tick = () => {
    const nowMs = monotonicMs()
    for (const sampler of running) poll(sampler, nowMs, context)
    polled++
    nextMs += intervalMs
    // Right after a late tick comes none: a rate over a few ms of a counter in steps of 10 ms would be noise.
    const late = Math.max(0, Math.ceil((monotonicMs() + intervalMs / 2 - nextMs) / intervalMs))
    skipped += late
    nextMs += late * intervalMs
    timer = setTimeout(tick, Math.max(0, nextMs - monotonicMs()))
  }
  tick()

  return {
    async stop() {
      if (timer) clearTimeout(timer)
      timer = null
      await Promise.all(running.map((sampler) => sampler.stop?.()))
      tree.close()
      const ticks = polled + skipped
      if (skipped <= MAX_SKIPPED_FRACTION * ticks) return
      const reason = `not measured: ${skipped} of ${ticks} ticks, for which the sampling thread got no CPU in time`
      options.gap?.({ kind: 'sampler:schedule', count: skipped, fromMs: startMs, toMs: monotonicMs(), reason })
    },
  }
}

type Polled = RunningSampler & { readonly id: string; failures: number }

function start(sampler: Sampler, context: SamplingContext): Polled[] {
  try {
    const started = sampler.start(context)
    if (!('notMeasured' in started)) return [{ id: sampler.id, failures: 0, ...started }]
    context.notMeasured(sampler.id, started.notMeasured)
  } catch (error) {
    context.notMeasured(sampler.id, (error as Error).message)
  }
  return []
}

function poll(sampler: Polled, tMs: number, context: SamplingContext): void {
  if (!sampler.poll || sampler.failures === MAX_FAILURES) return
  try {
    sampler.poll(tMs)
    sampler.failures = 0
  } catch (error) {
    sampler.failures++
    context.notMeasured(sampler.id, (error as Error).message)
  }
}

function gapsOnce(report: SamplingOptions['gap'], fromMs: number) {
  const said = new Set<string>()
  return (thing: string, reason: string): void => {
    const kind = `sampler:${thing}`
    if (said.has(`${kind} ${reason}`)) return
    said.add(`${kind} ${reason}`)
    report?.({ kind, count: 1, fromMs, toMs: monotonicMs(), reason: `not measured: ${reason}` })
  }
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
