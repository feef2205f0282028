import { DiagError } from '../../core/errors.js'
import type { Level } from '../../core/model/load-level.js'
import { formatMs } from '../../core/model/quantity.js'
import type { LoadOptions } from '../options.js'
import type { LoadProgress } from '../progress.js'
import { levelTime, longestSearchMs } from './level-time.js'
import type { Targets } from './level-verdict.js'
import { probeLatency, recovered, recoveryLimitMs } from './probe.js'
import { runLevel } from './run-level.js'
import { type LevelRequest, type Search, searchKnee } from './search.js'

export type KneeOptions = Omit<LoadOptions, 'rate' | 'warmupMs' | 'durationMs' | 'arrivals' | 'enough'> & {
  readonly arrivals: 'poisson' | 'constant'
  readonly targets: Targets
  /** Where the ramp begins; null: at half of what one client that waits for its answers gets. */
  readonly startRps: number | null
  /** No rate above is tried. */
  readonly maxRps: number
  /** How near the passing and the failing rate end up, as a share of the rate. */
  readonly precision: number
  /** Tells what is about to be done, once single requests have been answered. */
  readonly onStart?: (start: SearchStart) => void
  /** Tells what is being done. */
  readonly onLevel?: (request: LevelRequest) => void
  readonly onProgress?: (progress: LoadProgress) => void
  readonly onMeasured?: (level: Level, request: LevelRequest) => void
}

export type SearchStart = {
  readonly restMs: number
  readonly startRps: number
  /** The first level takes so long at least, ms. */
  readonly levelMs: number
  /** All of it takes about so long at most where the knee is near the first rate, ms; less the higher it is. */
  readonly longestMs: number
}

export type KneeResult = Search & {
  /** Median latency of requests sent one at a time before the ramp. */
  readonly restMs: number
}

/**
 * Ramps an open loop until the SLA breaks, and finds the rate at which it does. Rejects with a void DiagError when single
 * requests fail already, and with the signal's reason when it is aborted before a level was held; aborted later, it resolves
 * with what the levels so far say.
 */
export async function findKnee(options: KneeOptions): Promise<KneeResult> {
  const { targets, startRps, maxRps, precision, seed } = options
  const restMs = await probeLatency(options)
  let overloaded = false
  const measure = async (request: LevelRequest): Promise<Level> => {
    options.signal?.throwIfAborted()
    if (overloaded && !(await recovered(options, restMs, targets.latency[0]!.limitMs))) throw stayedSlow(restMs)
    options.onLevel?.(request)
    const { warmupMs, leastMs, mostMs } = levelTime(request.rate, targets, request.step, restMs)
    const { level } = await runLevel({
      ...options,
      rate: request.rate,
      seed: request.seed,
      warmupMs,
      durationMs: mostMs,
      leastMs,
      restMs,
    })
    options.signal?.throwIfAborted()
    overloaded = level.constraint !== null
    options.onMeasured?.(level, request)
    return level
  }
  const start = startRps ?? tidyStart(500 / restMs)
  const first = levelTime(start, targets, 'doubling', restMs)
  options.onStart?.({
    restMs,
    startRps: start,
    levelMs: first.warmupMs + first.leastMs,
    longestMs: longestSearchMs(start, targets, precision, restMs),
  })
  const search = await searchKnee(measure, {
    startRps: start,
    maxRps,
    precision,
    targets: targets.latency,
    seed,
    signal: options.signal,
  })
  return { ...search, restMs }
}

/** One or two digits, and not so few requests a second that a level takes minutes. */
function tidyStart(rps: number): number {
  return Number(Math.min(200, Math.max(1, rps)).toPrecision(1))
}

function stayedSlow(restMs: number): DiagError {
  return new DiagError(
    'void',
    `the service did not recover within ${formatMs(recoveryLimitMs(restMs))} after a rate that was too high for it`,
    'look at why its queue does not empty; a lower --to keeps the ramp below that rate',
  )
}
