import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JournalBuffer } from '../../core/model/journal-buffer.js'
import { META_FILE } from '../../core/model/recording-meta.js'

export type ProfilerOptions = {
  /** `off`, or as `parseWindows` reads it. */
  readonly setting: string
  readonly directory: string
  readonly journal: JournalBuffer
  readonly nowMs: () => number
  /** Asked before each window; no further one once it says no. */
  readonly wanted: () => boolean
}

type Windows = {
  readonly windowMs: number
  readonly everyMs: number
  readonly intervalUs: number
  /** From the recording's beginning, which its meta file shows, to the first window; null = at once. */
  readonly afterMs: number | null
}

const SETTING = '<windowMs>/<everyMs>@<intervalUs>[+<afterMs>]'
const LOOK_EVERY_MS = 200
const PRIMING_INTERVAL_US = 100_000

/**
 * Profiles the main thread's CPU from this worker thread, in bounded windows, each written as a `.cpuprofile`. A
 * service under --inspect, or with inspector sessions of its own, keeps them: this is one session more. Returns what
 * ends it; a window cut short is a gap.
 */
export function startProfiler(options: ProfilerOptions): () => void {
  const { setting, journal, nowMs } = options
  const startMs = nowMs()
  let windowOpen = false
  const gap = (reason: string) => journal.gap({ gap: 'profile', reason, fromMs: startMs, toMs: nowMs(), count: 1 })
  if (setting === 'off') return () => {}
  const windows = parseWindows(setting)
  if (windows === undefined) {
    gap(`INFER_DIAG_PROFILE is "${setting}", wanted ${SETTING}`)
    return () => {}
  }
  profile(options, windows, (open) => {
    windowOpen = open
  }).catch((error: unknown) => gap(error instanceof Error ? error.message : String(error)))
  return () => {
    if (windowOpen) gap('the service ended within a profile window')
  }
}

/** undefined unless the setting has the form `<windowMs>/<everyMs>@<intervalUs>[+<afterMs>]` with sensible numbers. */
export function parseWindows(setting: string): Windows | undefined {
  const match = /^(\d+)\/(\d+)@(\d+)(?:\+(\d+))?$/.exec(setting)
  if (match === null) return undefined
  const [windowMs, everyMs, intervalUs] = match.slice(1, 4).map(Number) as [number, number, number]
  const afterMs = match[4] === undefined ? null : Number(match[4])
  return windowMs > 0 && everyMs >= windowMs && intervalUs >= 50
    ? { windowMs, everyMs, intervalUs, afterMs }
    : undefined
}

async function profile(options: ProfilerOptions, windows: Windows, setOpen: (open: boolean) => void): Promise<void> {
  const { directory, journal, nowMs, wanted } = options
  const session = new Session()
  session.connectToMainThread()
  await session.post('Profiler.enable')
  if (windows.afterMs !== null) {
    await primeUntil(session, recordingBegins(options))
    await sleep(windows.afterMs)
  }
  await session.post('Profiler.setSamplingInterval', { interval: windows.intervalUs })
  mkdirSync(join(directory, 'profiles'), { recursive: true })
  for (let k = 0; wanted(); k += 1) {
    const openedMs = nowMs()
    await session.post('Profiler.start')
    setOpen(true)
    // Starting and stopping happen on the service's main thread: said, so that no one blames the service.
    journal.event({ event: 'profiler', detail: 'start', startMs: openedMs, endMs: nowMs(), value: k })
    await sleep(windows.windowMs)
    const stoppedMs = nowMs()
    const { profile } = await session.post('Profiler.stop')
    setOpen(false)
    journal.event({ event: 'profiler', detail: 'stop', startMs: stoppedMs, endMs: nowMs(), value: k })
    const file = `profiles/cpu-${process.pid}-${k}.cpuprofile`
    writeFileSync(join(directory, file), JSON.stringify(profile))
    // V8 stamps profiles in microseconds of the monotonic clock.
    journal.profile({ file, startMs: profile.startTime / 1e3, endMs: profile.endTime / 1e3 })
    await sleep(Math.max(0, openedMs + windows.everyMs - nowMs()))
  }
  session.disconnect()
}

/**
 * Profiles, rarely sampled and for nobody, from the process's start on. V8 lists all code when a profile starts, and computes
 * the line ends of each script that it has not listed yet; where that makes the heap collect its garbage, the main thread waits
 * for itself for ever (seen in Node 20 with a busy service). So they are computed while scripts load.
 */
async function primeUntil(session: Session, begun: Promise<void>): Promise<void> {
  await session.post('Profiler.setSamplingInterval', { interval: PRIMING_INTERVAL_US })
  await session.post('Profiler.start')
  await begun
  await session.post('Profiler.stop')
}

/** What starts and warms up is not what is asked about: its windows would be paid for and left out. */
async function recordingBegins({ directory, wanted }: ProfilerOptions): Promise<void> {
  while (wanted() && !existsSync(join(directory, META_FILE))) await sleep(LOOK_EVERY_MS)
}
