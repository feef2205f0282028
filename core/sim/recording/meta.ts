import type { RecordingMeta, Sourced } from '../../model/recording-meta.js'
import type { Network, Run } from '../network.js'

/** What a run does not know about itself. */
export type RunDescription = {
  readonly name: string
  /** By step of the route: the stages that share its service time, in order; a batcher's step has none. */
  readonly stages: readonly (readonly { readonly stage: string; readonly share: number }[])[]
  /** The station (a pool of one) that is the event loop; null without one. */
  readonly loop: number | null
  readonly load: { readonly loop: 'open' | 'closed'; readonly rate: number; readonly seed: number }
  /** What arrives before is not measured. */
  readonly warmUpMs: number
  readonly slaP95Ms: number | null
  readonly tool: RecordingMeta['tool']
  /** ISO 8601: when it was simulated. */
  readonly startedAt: string
}

export function simulatedMeta(network: Network, run: Run, description: RunDescription, sent: number): RecordingMeta {
  const { name, load, warmUpMs, slaP95Ms, tool, startedAt } = description
  return {
    formatVersion: 1,
    id: `simulated-${load.seed}`,
    tool,
    startedAt,
    durationMs: run.lastMs,
    command: null,
    service: { name: `${name} (simulated)`, observed: 'node', runtime: 'simulated' },
    host: null,
    gpus: [{ name: 'simulated device', memoryBytes: null, driver: null, simulated: true }],
    clock: { monotonicOriginMs: 0, wallClockOriginMs: 0 },
    sla:
      slaP95Ms === null
        ? null
        : { p95Ms: slaP95Ms, errorRate: null, percentiles: [{ percentile: 0.95, limitMs: slaP95Ms }] },
    load: {
      url: 'simulated',
      method: 'POST',
      loop: load.loop,
      arrivals: 'poisson',
      rate: load.rate,
      seed: load.seed,
      bodyBytes: 0,
      warmupMs: warmUpMs,
      measuredFromMs: warmUpMs,
      measuredToMs: lastArrivalMs(run),
      sent,
      sendLagP99Ms: 0,
      sendLagMaxMs: 0,
      void: null,
      sharedClock: true,
    },
    pipeline: pipelineOf(network),
    processes: [{ pid: 1, title: name, runtime: 'simulated' }],
  }
}

function lastArrivalMs({ arrivalMs }: Run): number {
  return arrivalMs.reduce((last, timeMs) => Math.max(last, timeMs || 0), 0)
}

const declared = (value: string | number | boolean): Sourced => ({ value, source: 'declared' })

function pipelineOf({ stations }: Network): Readonly<Record<string, Sourced>> {
  const batcher = stations.find((station) => station.kind === 'batcher')
  if (batcher === undefined) return {}
  return {
    maxBatch: declared(batcher.maxBatch),
    maxWaitMs: declared(batcher.maxWaitMs),
    device: declared('simulated device'),
    deviceSimulated: declared(true),
  }
}
