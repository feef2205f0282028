import { basename } from 'node:path'
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId, workerData } from 'node:worker_threads'
import { MAX_RINGS, SHARED, SHARED_OFFSET, WRITER_PHASE } from '../../core/model/journal-layout.js'
import type { Agent } from './api.js'
import { fromTimelineMs } from './clock.js'
import { ATTACHED, type AttachScope, idleAgent, PIPELINE } from './idle-agent.js'
import type { Observation, Undo } from './observation.js'
import { probes } from './probes/index.js'
import { Recorder } from './recorder.js'
import { recordingAgent } from './recording-agent.js'
import { undoAll } from './replaced-method.js'
import { Ring } from './ring.js'
import { Tickets } from './tickets.js'
import { startWriter } from './writer-thread.js'

// The preload and the service's own import may be two copies of this package: the first one's agent serves both.
const AGENT = Symbol.for('infer-diag.agent/1')
// Worker threads receive their parent's environment data, and with it the memory that the writer reads.
const SHARED_KEY = 'infer-diag.shared/1'
const DEFAULT_JSON_FLOOR_BYTES = 1024

// One at a time records a process, whichever copy of this package it came from.
const RECORDED = Symbol.for('infer-diag.recorded/1')

type Scope = AttachScope & { [AGENT]?: Agent; [RECORDED]?: true }

/** This thread's agent, started on the first call; idle unless INFER_DIAG_DIR names a recording directory. */
export function agent(): Agent {
  const scope = globalThis as Scope
  scope[AGENT] ??= start()
  return scope[AGENT]
}

function start(): Agent {
  try {
    const shared = isMainThread ? wantedMemory() : inheritedMemory()
    if (shared === undefined) return idleAgent
    const { agent } = observe(shared, process.env)
    // This process's samplers watch the processes that it starts as well.
    if (isMainThread) process.env.INFER_DIAG_SAMPLERS = 'off'
    return agent
  } catch {
    // Whatever is wrong here, the service must come up.
    return idleAgent
  }
}

/** Ends what `attach` began, once it has written what there is; false = not every probe could be taken away again. */
export type Detach = () => Promise<boolean>

/**
 * Records this process, which runs already without an agent, until it is told to end or the recorder in `environment` is gone.
 * Calls of `infer-diag/agent` on this thread count from now on; threads that run already are not seen. Null where it is recorded already.
 */
export function attach(environment: NodeJS.ProcessEnv): Detach | null {
  const scope = globalThis as Scope
  if (scope[RECORDED]) return null
  const observed = observe(mainMemory(), { ...process.env, ...environment })
  if (scope[PIPELINE] !== undefined) observed.agent.configure(scope[PIPELINE])
  scope[ATTACHED] = observed.agent
  return observed.detach
}

function wantedMemory(): SharedArrayBuffer | undefined {
  return process.env.INFER_DIAG_DIR ? mainMemory() : undefined
}

function mainMemory(): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(SHARED_OFFSET.end)
  setEnvironmentData(SHARED_KEY, shared)
  return shared
}

function inheritedMemory(): SharedArrayBuffer | undefined {
  if (workerData?.inferDiagWriter === true) return undefined
  const shared: unknown = getEnvironmentData(SHARED_KEY)
  return shared instanceof SharedArrayBuffer ? shared : undefined
}

type Observed = { readonly agent: Agent; readonly detach: Detach }

const NOT_OBSERVED: Observed = { agent: idleAgent, detach: async () => true }

function observe(shared: SharedArrayBuffer, environment: NodeJS.ProcessEnv): Observed {
  const scope = globalThis as Scope
  const words = new Int32Array(shared, 0, SHARED.rings)
  // Ring 0 is the main thread's, which claims it before it can start a worker.
  const thread = Atomics.add(words, SHARED.ringsClaimed, 1)
  if (thread >= MAX_RINGS) {
    Atomics.add(words, SHARED.threadsUnrecorded, 1)
    return NOT_OBSERVED
  }
  const recorder = new Recorder(shared, new Ring(shared, thread))
  const endWriter = isMainThread
    ? startWriter(shared, environment, fromTimelineMs(0), () => recorder.worthKeeping)
    : async () => {}
  scope[RECORDED] = true
  const tickets = new Tickets(shared)
  const undos: Undo[] = []
  let isAway: boolean | null = null
  const end = (): boolean => {
    isAway ??= undoAll(undos)
    if (scope[ATTACHED] === recording) delete scope[ATTACHED]
    // What could not be taken away would be there twice.
    if (isAway && scope[AGENT] !== recording) delete scope[RECORDED]
    return isAway
  }
  const observation: Observation = {
    recorder,
    tickets,
    threadName: isMainThread ? 'main' : `worker ${threadId}`,
    jsonFloorBytes: Number(environment.INFER_DIAG_JSON_FLOOR ?? DEFAULT_JSON_FLOOR_BYTES),
    inFlight: 0,
    serves: false,
    ended: () => Atomics.load(words, SHARED.writerPhase) === WRITER_PHASE.ended,
    end,
  }
  recorder.thread(describeThread(observation.threadName))
  const recording = recordingAgent(recorder, tickets)
  try {
    for (const probe of probes) undos.push(probe(observation))
  } catch (error) {
    // Half an agent is none: what is in place goes again.
    end()
    throw error
  }
  const detach = async () => {
    const wentAway = end()
    await endWriter()
    return wentAway
  }
  return { agent: recording, detach }
}

function describeThread(name: string): string {
  return JSON.stringify({
    name,
    kind: isMainThread ? 'main' : 'worker',
    title: `${basename(process.title)} ${basename(process.argv[1] ?? '')}`.trim(),
    runtime: `node ${process.version}`,
  })
}
