import { pathToFileURL } from 'node:url'
import { registerPath } from '../tool.js'

/** Tells the agent where to write; docs/architecture.md lists every variable. */
export const DIRECTORY_VARIABLE = 'INFER_DIAG_DIR'

// 2 s of every 16 at 2 ms, the first one early in the measured time: enough samples in a short run, and the cost of starting
// a window, which the p99 of a busy service shows, comes seldom. docs/decisions/0008-profile-every-two-milliseconds.md.
export const PROFILE_WINDOW_MS = 2000
const EVERY_MS = 16_000
const SAMPLING_US = 2000

/** When the first window of the CPU profile opens: with the process, with the recording, or some time after that; null = never. */
export type ProfileStart = 'with-process' | ProfileInRecording | ProfileLater | null

/** `leadMs`: how much longer the first window is than the others. */
type ProfileInRecording = { readonly leadMs: number; readonly windowMs: number }

/** `afterMs`: from the recording's beginning. Until then the profile hardly samples, and leaves the loop's figures alone. */
type ProfileLater = { readonly afterMs: number; readonly windowMs: number }

/**
 * Of a recording that measures for `durationMs` after `warmupMs`: the warm-up, in which V8 compiles what is sampled, a moment for the
 * load to begin late, and a window in the measured time, no more than half of a short one.
 */
export function profileStart(warmupMs: number, durationMs: number): ProfileInRecording {
  const windowMs = Math.max(1, Math.min(PROFILE_WINDOW_MS, Math.floor(durationMs / 2)))
  return { leadMs: warmupMs + Math.max(0, Math.min(1000, (durationMs - windowMs) / 2)), windowMs }
}

/** For a recording of which the event loop's own figures are asked from its beginning on, and before: loops that V8 compiles until then have no names. */
export function laterProfileStart(warmupMs: number, durationMs: number): ProfileLater {
  const { leadMs, windowMs } = profileStart(warmupMs, durationMs)
  return { afterMs: leadMs, windowMs }
}

/**
 * The environment that brings the agent into every Node process of a service, threads and children included. To a
 * service in another language these variables mean nothing.
 */
export function agentEnvironment(
  base: NodeJS.ProcessEnv,
  directory: string,
  profile: ProfileStart,
): Record<string, string | undefined> {
  const load = `--import ${pathToFileURL(registerPath()).href}`
  return {
    ...base,
    NODE_OPTIONS: base.NODE_OPTIONS ? `${base.NODE_OPTIONS} ${load}` : load,
    ...agentVariables(directory, profile, base.INFER_DIAG_PROFILE),
  }
}

/** What tells an agent where and how to record. `windows`: of the profile, where the user has said. */
export function agentVariables(directory: string, profile: ProfileStart, windows?: string): Record<string, string> {
  return {
    [DIRECTORY_VARIABLE]: directory,
    INFER_DIAG_RECORDER_PID: String(process.pid),
    // We sample the whole process tree ourselves, from outside.
    INFER_DIAG_SAMPLERS: 'off',
    INFER_DIAG_PROFILE: profile === null ? 'off' : (windows ?? windowsFrom(profile)),
  }
}

function windowsFrom(start: NonNullable<ProfileStart>): string {
  const every = `/${EVERY_MS}@${SAMPLING_US}`
  if (start === 'with-process') return `${PROFILE_WINDOW_MS}${every}`
  const first = 'leadMs' in start ? `+${Math.round(start.leadMs)}` : `~${Math.round(start.afterMs)}`
  return `${start.windowMs}${every}${first}`
}
