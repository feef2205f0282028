import {
  HANDLER_STAGE,
  type Phase,
  type Recording,
  SPAN_CONTAINER,
  SPAN_SYNC,
  type ThreadInfo,
} from '../../model/recording.js'
import { RecordingTables } from '../../model/recording-tables.js'
import { type Network, REJECTED, type Run, TIMED_OUT } from '../network.js'
import { LoopClock } from './loop-clock.js'
import { type RunDescription, simulatedMeta } from './meta.js'
import { emitSamples } from './samples.js'

export const MAIN_THREAD = 0
const DEVICE_THREAD = 1
const FIRST_WORKER = 2

/**
 * A run of the simulator as a recording, so that every fact, rule and chart works on it unchanged. The run must have kept its
 * trace. `meta.service.name` and the device say that it is simulated; nothing is measured about a host. A step at the event
 * loop becomes the synchronous spans of its stages, a step elsewhere its stage after a `queue` span, a batcher's step
 * `queue` and `model` with their batch.
 */
export function recordRun(network: Network, run: Run, description: RunDescription): Recording {
  const { trace, stepEndMs } = run
  if (trace === null || stepEndMs === null) throw new Error('the run kept no trace')
  const tables = new RecordingTables()
  const loop = new LoopClock(network, run, description.loop)
  for (let batch = 0; batch < trace.batches.count; batch++) {
    const { station, openedMs, startedMs, endedMs, size, reason } = trace.batches
    const spec = network.stations[station[batch]!]!
    if (spec.kind !== 'batcher') continue
    tables.batch({
      openedMs: openedMs[batch]!,
      startedMs: startedMs[batch]!,
      endedMs: endedMs[batch]!,
      size: size[batch]!,
      capacity: spec.maxBatch,
      reason: reason[batch]!,
      maxWaitMs: spec.maxWaitMs,
      thread: DEVICE_THREAD,
    })
  }
  const workers = workerThreads(network, description)
  let sent = 0
  for (let job = 0; job < run.arrivalMs.length; job++) {
    if (Number.isNaN(run.arrivalMs[job]!)) continue
    const phase: Phase = run.arrivalMs[job]! < description.warmUpMs ? 'warm-up' : 'measured'
    if (phase === 'measured') sent++
    const row = emitRequest(tables, network, run, job, phase)
    emitSpans({ tables, network, run, description, loop, workers }, job, row)
  }
  emitSamples(tables, network, run, description.loop)
  const meta = simulatedMeta(network, run, description, sent)
  return tables.build(meta, threadsOf(workers), ['simulated device'])
}

function emitRequest(tables: RecordingTables, network: Network, run: Run, job: number, phase: Phase): number {
  const { arrivalMs, endMs, fate, trace, stepEndMs } = run
  const width = network.route.length
  const sentMs = arrivalMs[job]!
  const serverStartMs = trace!.stepStartMs[job * width]!
  const common = { scheduledMs: sentMs, sentMs, phase, serverStartMs: serverStartMs >= 0 ? serverStartMs : sentMs }
  if (fate[job] === TIMED_OUT) {
    const clientEndMs = sentMs + network.patience!.timeoutMs
    return tables.request({ ...common, clientEndMs, serverEndMs: endMs[job]!, status: 0, outcome: 'timeout' })
  }
  if (fate[job] !== REJECTED) {
    return tables.request({ ...common, firstByteMs: endMs[job]!, clientEndMs: endMs[job]!, serverEndMs: endMs[job]! })
  }
  let leftMs = sentMs
  for (let step = 0; step < width; step++)
    if (stepEndMs![job * width + step]! >= 0) leftMs = stepEndMs![job * width + step]!
  const answer = { firstByteMs: leftMs, clientEndMs: leftMs, serverEndMs: leftMs, status: 503 }
  return tables.request({ ...common, ...answer, outcome: 'http-error' })
}

type Emission = {
  readonly tables: RecordingTables
  readonly network: Network
  readonly run: Run
  readonly description: RunDescription
  readonly loop: LoopClock
  readonly workers: ReadonlyMap<number, ThreadInfo>
}

function emitSpans({ tables, network, run, description, loop, workers }: Emission, job: number, row: number): void {
  const width = network.route.length
  const { stepStartMs, stepBatch } = run.trace!
  const threads = [...workers.keys()]
  let enteredMs = run.arrivalMs[job]!
  for (let step = 0; step < width; step++) {
    const startMs = stepStartMs[job * width + step]!
    const endMs = run.stepEndMs![job * width + step]!
    // Rejected, dropped or never reached.
    if (!(endMs >= 0)) return
    const station = network.route[step]!
    const stages = description.stages[step]!
    if (station === description.loop) {
      let atMs = startMs
      for (const { stage, share } of stages) {
        const doneMs = atMs + share * (endMs - startMs)
        const timed = { startMs: atMs, endMs: doneMs, flags: SPAN_SYNC, cpuMs: doneMs - atMs }
        if (share > 0) tables.span({ request: row, stage, thread: MAIN_THREAD, ...timed })
        atMs = doneMs
      }
    } else {
      const batch = stepBatch[job * width + step]!
      const own = { request: row, thread: batch < 0 ? FIRST_WORKER + threads.indexOf(station) : DEVICE_THREAD }
      const common = batch < 0 ? own : { ...own, batch }
      if (batch >= 0 || startMs > enteredMs)
        tables.span({ ...common, stage: 'queue', startMs: enteredMs, endMs: startMs })
      const stage = batch < 0 ? stages[0]!.stage : 'model'
      tables.span({ ...common, stage, startMs, endMs, ...(batch < 0 && { flags: SPAN_SYNC }) })
    }
    enteredMs = endMs
  }
  const from = stepStartMs[job * width]!
  const startMs = network.route[0] === description.loop ? from : run.arrivalMs[job]!
  const idle = { idleStartMs: loop.idleMs(startMs), idleEndMs: loop.idleMs(enteredMs) }
  tables.span({ request: row, stage: HANDLER_STAGE, startMs, endMs: enteredMs, flags: SPAN_CONTAINER, ...idle })
}

/** By station: pools and fleets that are not the event loop work in threads of their own, one entry for all their servers. */
function workerThreads(network: Network, { loop, stages }: RunDescription): ReadonlyMap<number, ThreadInfo> {
  const threads = new Map<number, ThreadInfo>()
  network.route.forEach((station, step) => {
    if (station === loop || network.stations[station]!.kind === 'batcher') return
    threads.set(station, { process: 0, name: `${stages[step]![0]!.stage} workers`, kind: 'worker' })
  })
  return threads
}

function threadsOf(workers: ReadonlyMap<number, ThreadInfo>): ThreadInfo[] {
  return [
    { process: 0, name: 'main', kind: 'main' },
    { process: 0, name: 'device', kind: 'worker' },
    ...workers.values(),
  ]
}
