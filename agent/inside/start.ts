import { basename } from 'node:path'
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId, workerData } from 'node:worker_threads'
import { MAX_RINGS, SHARED, SHARED_OFFSET } from '../../core/model/journal-layout.js'
import type { Agent } from './api.js'
import { fromTimelineMs } from './clock.js'
import { idleAgent } from './idle-agent.js'
import type { Observation } from './observation.js'
import { probes } from './probes/index.js'
import { Recorder } from './recorder.js'
import { recordingAgent } from './recording-agent.js'
import { Ring } from './ring.js'
import { Tickets } from './tickets.js'
import { startWriter } from './writer-thread.js'

// The preload and the service's own import may be two copies of this package: the first one's agent serves both.
const AGENT = Symbol.for('infer-diag.agent/1')
// Worker threads receive their parent's environment data, and with it the memory that the writer reads.
const SHARED_KEY = 'infer-diag.shared/1'
const DEFAULT_JSON_FLOOR_BYTES = 1024

type Scope = { [AGENT]?: Agent }

/** This thread's agent, started on the first call; idle unless INFER_DIAG_DIR names a recording directory. */
export function agent(): Agent {
  const scope = globalThis as Scope
  scope[AGENT] ??= start()
  return scope[AGENT]
}

function start(): Agent {
  try {
    const shared = isMainThread ? mainMemory() : inheritedMemory()
    return shared === undefined ? idleAgent : observe(shared)
  } catch {
    // Whatever is wrong here, the service must come up.
    return idleAgent
  }
}

function mainMemory(): SharedArrayBuffer | undefined {
  if (!process.env.INFER_DIAG_DIR) return undefined
  const shared = new SharedArrayBuffer(SHARED_OFFSET.end)
  setEnvironmentData(SHARED_KEY, shared)
  return shared
}

function inheritedMemory(): SharedArrayBuffer | undefined {
  if (workerData?.inferDiagWriter === true) return undefined
  const shared: unknown = getEnvironmentData(SHARED_KEY)
  return shared instanceof SharedArrayBuffer ? shared : undefined
}

function observe(shared: SharedArrayBuffer): Agent {
  const words = new Int32Array(shared, 0, SHARED.rings)
  // Ring 0 is the main thread's, which claims it before it can start a worker.
  const thread = Atomics.add(words, SHARED.ringsClaimed, 1)
  if (thread >= MAX_RINGS) {
    Atomics.add(words, SHARED.threadsUnrecorded, 1)
    return idleAgent
  }
  const recorder = new Recorder(shared, new Ring(shared, thread))
  if (isMainThread) {
    startWriter(shared, process.env, fromTimelineMs(0), () => recorder.worthKeeping)
    // This process's samplers watch the processes that it starts as well.
    process.env.INFER_DIAG_SAMPLERS = 'off'
  }
  const tickets = new Tickets(shared)
  const observation: Observation = {
    recorder,
    tickets,
    threadName: isMainThread ? 'main' : `worker ${threadId}`,
    jsonFloorBytes: Number(process.env.INFER_DIAG_JSON_FLOOR ?? DEFAULT_JSON_FLOOR_BYTES),
    inFlight: 0,
    serves: false,
  }
  recorder.thread(describeThread(observation.threadName))
  const recording = recordingAgent(recorder, tickets)
  for (const probe of probes) probe(observation)
  return recording
}

function describeThread(name: string): string {
  return JSON.stringify({
    name,
    kind: isMainThread ? 'main' : 'worker',
    title: `${basename(process.title)} ${basename(process.argv[1] ?? '')}`.trim(),
    runtime: `node ${process.version}`,
  })
}
