import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JournalBuffer } from '../../core/model/journal-buffer.js'
import { META_FILE } from '../../core/model/recording-meta.js'
import { nameOwnFrames } from './own-frames.js'
import { cutBefore } from './profile-cut.js'

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
  /**
   * How much longer the first window is, which then begins with the recording, as its meta file shows. null = it is a window like
   * the others, and begins at once.
   */
  readonly leadMs: number | null
  /** Instead: how long after the recording's beginning the first window opens, before which samples are rare. null = nothing of the kind. */
  readonly afterMs: number | null
}

const SETTING = '<windowMs>/<everyMs>@<intervalUs>[+<leadMs>|~<afterMs>]'
const RARE_INTERVAL_US = 100_000
const LOOK_EVERY_MS = 200
const PACKAGE_URL = new URL('../../', import.meta.url).href
/** What is sampled before the recording begins is thrown away, at least this often: it takes memory. */
const LONGEST_UNREAD_MS = 60_000
/** The meta file is older when it is seen. */
const SEEN_LATE_MS = 1000

/**
 * Profiles the main thread's CPU from this worker thread, in bounded windows, each written as a `.cpuprofile`. With a lead, V8's
 * profiler runs from the process's start until the first window ends: a loop that V8 optimizes while it runs has a name only in a
 * profile that saw it, and starting one under load can hang the service (docs/decisions/0008). With a delay it samples rarely until
 * then, for the sake of who asks how busy the loop is. A
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

/** undefined unless the setting has the form `<windowMs>/<everyMs>@<intervalUs>[+<leadMs>|~<afterMs>]` with sensible numbers. */
export function parseWindows(setting: string): Windows | undefined {
  const match = /^(\d+)\/(\d+)@(\d+)(?:([+~])(\d+))?$/.exec(setting)
  if (match === null) return undefined
  const [windowMs, everyMs, intervalUs] = match.slice(1, 4).map(Number) as [number, number, number]
  if (!(windowMs > 0 && everyMs >= windowMs && intervalUs >= 50)) return undefined
  const given = (sign: string) => (match[4] === sign ? Number(match[5]) : null)
  return { windowMs, everyMs, intervalUs, leadMs: given('+'), afterMs: given('~') }
}

async function profile(options: ProfilerOptions, windows: Windows, setOpen: (open: boolean) => void): Promise<void> {
  const { directory, journal, nowMs, wanted } = options
  const session = new Session()
  session.connectToMainThread()
  await session.post('Profiler.enable')
  if (windows.afterMs !== null) {
    await sampleRarely(session, options)
    await sleep(windows.afterMs)
  }
  await session.post('Profiler.setSamplingInterval', { interval: windows.intervalUs })
  // Starting and stopping happen on the service's main thread: said, so that no one blames the service.
  const timed = async <T>(detail: 'start' | 'stop', value: number, post: () => Promise<T>): Promise<T> => {
    const startMs = nowMs()
    const outcome = await post()
    journal.event({ event: 'profiler', detail, startMs, endMs: nowMs(), value })
    return outcome
  }
  mkdirSync(join(directory, 'profiles'), { recursive: true })
  for (let k = 0; wanted(); k += 1) {
    const start = () => timed('start', k, () => session.post('Profiler.start'))
    const stop = () => timed('stop', k, () => session.post('Profiler.stop'))
    await start()
    const leadMs = k === 0 ? windows.leadMs : null
    let fromMs = Number.NEGATIVE_INFINITY
    if (leadMs !== null) {
      await recordingBegins(options, async () => {
        await stop()
        await start()
      })
      if (!wanted()) break
      fromMs = nowMs() - SEEN_LATE_MS
    }
    setOpen(true)
    await sleep((leadMs ?? 0) + windows.windowMs)
    const { profile } = await stop()
    setOpen(false)
    const stoppedMs = nowMs()
    const file = `profiles/cpu-${process.pid}-${k}.cpuprofile`
    // V8 stamps profiles in microseconds of the monotonic clock.
    const kept = cutBefore(nameOwnFrames(profile, PACKAGE_URL), fromMs * 1e3)
    writeFileSync(join(directory, file), JSON.stringify(kept))
    journal.profile({ file, startMs: kept.startTime / 1e3, endMs: kept.endTime / 1e3 })
    await sleep(Math.max(0, stoppedMs - windows.windowMs + windows.everyMs - nowMs()))
  }
  session.disconnect()
}

/** Until the recording begins, for nobody to read: V8 computes the line ends of scripts while they load, and not under load. */
async function sampleRarely(session: Session, options: ProfilerOptions): Promise<void> {
  await session.post('Profiler.setSamplingInterval', { interval: RARE_INTERVAL_US })
  await session.post('Profiler.start')
  await recordingBegins(options, async () => {})
  await session.post('Profiler.stop')
}

/** Resolves when the recording has begun, or is wanted no more; `forget` is called now and then until then. */
async function recordingBegins(
  { directory, wanted, nowMs }: ProfilerOptions,
  forget: () => Promise<void>,
): Promise<void> {
  let forgotMs = nowMs()
  while (wanted() && !existsSync(join(directory, META_FILE))) {
    await sleep(LOOK_EVERY_MS)
    if (nowMs() - forgotMs < LONGEST_UNREAD_MS) continue
    await forget()
    forgotMs = nowMs()
  }
}
