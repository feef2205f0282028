import { pathToFileURL } from 'node:url'
import { registerPath } from '../tool.js'

/** Tells the agent where to write; docs/architecture.md lists every variable. */
export const DIRECTORY_VARIABLE = 'INFER_DIAG_DIR'

// 2 s of every 8 at 2 ms: enough samples in a short run, and the cost of starting a window comes seldom. Why not 1 ms:
// docs/decisions/0008-profile-every-two-milliseconds.md.
const PROFILE_WINDOWS = '2000/8000@2000'

/**
 * The environment that brings the agent into every Node process of a service, threads and children included. To a
 * service in another language these variables mean nothing.
 */
export function agentEnvironment(
  base: NodeJS.ProcessEnv,
  directory: string,
  profile: boolean,
): Record<string, string | undefined> {
  const load = `--import ${pathToFileURL(registerPath()).href}`
  return {
    ...base,
    NODE_OPTIONS: base.NODE_OPTIONS ? `${base.NODE_OPTIONS} ${load}` : load,
    [DIRECTORY_VARIABLE]: directory,
    INFER_DIAG_RECORDER_PID: String(process.pid),
    // We sample the whole process tree ourselves, from outside.
    INFER_DIAG_SAMPLERS: 'off',
    INFER_DIAG_PROFILE: profile ? (base.INFER_DIAG_PROFILE ?? PROFILE_WINDOWS) : 'off',
  }
}
