import type { CpuProfileNode } from './recording.js'

export type CallFrame = CpuProfileNode['callFrame']

/**
 * Whose code a frame is. 'builtin': V8's and Node's own and compiled add-ons, which a service only ever calls. 'agent': what
 * infer-diag runs in the service's process. The rest V8 makes up: where no function ran.
 */
export type Origin = 'service' | 'package' | 'builtin' | 'agent' | 'root' | 'idle' | 'native' | 'collector'

/** The agent's files in a profile, whatever directory it was installed in (docs/recording-format.md). */
export const AGENT_SCHEME = 'infer-diag:'

const MADE_UP: ReadonlyMap<string, Origin> = new Map([
  ['(root)', 'root'],
  ['(idle)', 'idle'],
  ['(program)', 'native'],
  ['(garbage collector)', 'collector'],
])

/** How much of a path tells two files apart without filling the screen. */
const PATH_PARTS = 3
const MODULES = '/node_modules/'

export function originOf({ url, functionName }: CallFrame): Origin {
  if (url === '') return MADE_UP.get(functionName) ?? 'builtin'
  if (url.startsWith('node:') || url.startsWith('wasm:')) return 'builtin'
  if (url.startsWith(AGENT_SCHEME)) return 'agent'
  return url.includes(MODULES) ? 'package' : 'service'
}

/** "lodash" or "@scope/name" for what lies in node_modules; null for everything else. */
export function packageOf({ url }: CallFrame): string | null {
  const [scopeOrName = '', name = ''] = withinModules(pathOf(url))?.split('/') ?? []
  if (scopeOrName === '') return null
  return scopeOrName.startsWith('@') ? `${scopeOrName}/${name}` : scopeOrName
}

/** Tells functions apart: anonymous ones, and those of one name, by where they begin. */
export function identityOf({ functionName, url, lineNumber, columnNumber }: CallFrame): string {
  return `${functionName}\n${url}:${lineNumber}:${columnNumber}`
}

/** "service/body.js:12", "node_modules/lodash/lodash.js:123", "node:fs:20"; V8 counts lines from 0. Empty for natives. */
export function locationOf({ url, lineNumber }: CallFrame): string {
  if (url === '') return ''
  if (url.startsWith('node:')) return `${url}:${lineNumber + 1}`
  const path = pathOf(url)
  const within = withinModules(path)
  const shown = within === null ? path.split('/').slice(-PATH_PARTS).join('/') : MODULES.slice(1) + within
  return `${shown}:${lineNumber + 1}`
}

/** A URL of a script as a path with slashes, whether it is one, as CommonJS modules on Windows are, or not. */
export function pathOf(url: string): string {
  if (!url.startsWith('file://')) return url.replaceAll('\\', '/')
  try {
    return decodeURIComponent(url.slice('file://'.length))
  } catch {
    return url.slice('file://'.length)
  }
}

function withinModules(path: string): string | null {
  const at = path.lastIndexOf(MODULES)
  return at < 0 ? null : path.slice(at + MODULES.length)
}

/** What the agent asks the runtime for: its context, the time, how idle the loop was. */
const ASKED_BY_AGENT =
  /^(node:(async_hooks|perf_hooks|internal\/(async_hooks|async_local_storage\/|async_context_frame|perf\/|process\/per_thread))|$)/

/**
 * Whether a frame is the agent's own work: its functions, and of the runtime what they use for themselves. Whatever else they
 * call, they stand in front of: it would run without them.
 */
export function isAgentWork(frame: CallFrame, callerIsAgent: boolean): boolean {
  if (originOf(frame) === 'agent') return true
  return callerIsAgent && originOf(frame) === 'builtin' && ASKED_BY_AGENT.test(frame.url)
}
