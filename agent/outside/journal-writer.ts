/** The agent's worker thread: copies the rings to disk, says what was dropped, samples, and profiles the CPU. */
import process from 'node:process'
import { parentPort, workerData } from 'node:worker_threads'
import { JournalBuffer } from '../../core/model/journal-buffer.js'
import { SHARED, WRITER, WRITER_PHASE, type WriterTask } from '../../core/model/journal-layout.js'
import { JournalFile } from './journal-file.js'
import { startProfiler } from './profiler.js'
import { recorderWatch } from './recorder-watch.js'
import { RingDrain } from './ring-drain.js'
import { type Sample, startSampling } from './sampling.js'

/** A killed service loses at most this much. */
const DRAIN_EVERY_MS = 100
const DRAIN_SOON_MS = 5
/** A ring that fills this far between two drains would soon overflow. */
const BUSY_FILL = 0.25
const RETRY_EVERY_MS = 1000

const task = workerData as WriterTask
const words = new Int32Array(task.shared, 0, SHARED.rings)
const rings = new RingDrain(task.shared)
const ringFile = new JournalFile(task.directory, process.pid, header)
// What this thread has to say goes to a file of its own: text ids belong to their file.
const own = new JournalBuffer()
const ownFile = new JournalFile(task.directory, process.pid, header)
let ownUnwritten: Uint8Array = new Uint8Array()
let lossesFromMs = nowMs()
let failingSinceMs = Number.NaN
let samplesLost = 0
const recorderRuns = recorderWatch(task.recorderPid, task.limitMs, nowMs)
let recording = true

const stopProfiler = startProfiler({
  setting: task.profile,
  directory: task.directory,
  journal: own,
  nowMs,
  wanted: () => recording,
})

const sampling = task.samplers
  ? startSampling({
      rootPid: process.pid,
      emit: keepSample,
      gap: ({ kind, ...gap }) => own.gap({ gap: kind, ...gap }),
    })
  : undefined

parentPort?.on('message', (wanted: 'flush' | 'end') => {
  stopProfiler()
  // What it starts asynchronously ends with this thread.
  sampling?.stop().catch(() => {})
  if (recording) drain()
  recording = false
  enterPhase(wanted === 'end' ? WRITER_PHASE.ended : WRITER_PHASE.flushed)
  if (wanted === 'end') process.exit()
})
enterPhase(WRITER_PHASE.running)
drainForever()

function drainForever(): void {
  if (!recording) return
  const nextMs = drain()
  if (recorderRuns()) setTimeout(drainForever, nextMs)
  else endRecording()
}

/** Nobody is left to end the service or to seal the recording: its disk must not fill. The rings run full and drop. */
function endRecording(): void {
  recording = false
  sampling?.stop().catch(() => {})
  const atMs = nowMs()
  own.gap({ gap: 'recorder-gone', reason: 'infer-diag ended before the service', fromMs: atMs, toMs: atMs, count: 1 })
  drain()
  enterPhase(WRITER_PHASE.ended)
}

/** Writes what there is and returns when to come again, ms. A full or read-only disk only makes it come later. */
function drain(): number {
  try {
    const fullest = rings.drain((...parts) => ringFile.append(...parts))
    noteLosses()
    if (ownUnwritten.length === 0) ownUnwritten = own.take()
    if (ownUnwritten.length > 0) ownFile.append(ownUnwritten)
    ownUnwritten = new Uint8Array()
    failingSinceMs = Number.NaN
    return fullest > BUSY_FILL ? DRAIN_SOON_MS : DRAIN_EVERY_MS
  } catch (error) {
    if (Number.isNaN(failingSinceMs)) {
      failingSinceMs = nowMs()
      const reason = error instanceof Error ? error.message : String(error)
      own.gap({ gap: 'journal-write', reason, fromMs: failingSinceMs, toMs: failingSinceMs, count: 1 })
    }
    return RETRY_EVERY_MS
  }
}

/** While nothing can be written, samples are counted instead of piling up. */
function keepSample(sample: Sample): void {
  if (Number.isNaN(failingSinceMs)) own.sample(sample)
  else samplesLost += 1
}

function enterPhase(phase: number): void {
  Atomics.store(words, SHARED.writerPhase, phase)
  Atomics.notify(words, SHARED.writerPhase)
}

function noteLosses(): void {
  const [fromMs, toMs] = [lossesFromMs, nowMs()]
  lossesFromMs = toMs
  for (const { ring, records, names } of rings.losses()) {
    const where = ring === 0 ? 'the main thread' : `thread ${ring}`
    if (records > 0)
      own.gap({ gap: 'ring-overflow', reason: `the ring of ${where} was full`, fromMs, toMs, count: records })
    if (names > 0) {
      own.gap({ gap: 'names-exhausted', reason: `${where} used too many names`, fromMs, toMs, count: names })
    }
  }
  if (samplesLost > 0) {
    own.gap({ gap: 'samples-lost', reason: 'the journal could not be written', fromMs, toMs, count: samplesLost })
    samplesLost = 0
  }
  const threads = rings.threadsUnrecorded()
  if (threads > 0) own.gap({ gap: 'threads-unrecorded', reason: 'every ring was taken', fromMs, toMs, count: threads })
}

function header(): Uint8Array {
  const buffer = new JournalBuffer()
  const startMs = task.processStartMonotonicMs
  buffer.header({
    writer: WRITER.agent,
    // The clocks are read when the process began, so that nothing it recorded lies before the recording.
    wallClockMs: Date.now() - (nowMs() - startMs),
    monotonicMs: startMs,
    processStartMonotonicMs: startMs,
    pid: process.pid,
    ppid: process.ppid,
  })
  return buffer.take()
}

function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
