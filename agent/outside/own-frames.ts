import type { Profiler } from 'node:inspector'
import { AGENT_SCHEME } from '../../core/model/call-frame.js'

/** Built-ins that the agent stands in for, by its function: V8 counts their time, which no frame of their own has, as the caller's. */
const STANDS_FOR: ReadonlyMap<string, string> = new Map([
  ['timedParse', 'JSON.parse'],
  ['timedStringify', 'JSON.stringify'],
])
/** Of the package, what runs in a service beside its own code. */
const OWN = ['agent/', 'core/model/']

/**
 * A profile that can be read where nobody knows the directory that infer-diag was installed in: its functions get URLs of their own
 * scheme, and those that stand in for built-ins the names of these. `packageUrl` ends with a slash.
 */
export function nameOwnFrames(profile: Profiler.Profile, packageUrl: string): Profiler.Profile {
  return { ...profile, nodes: profile.nodes.map((node) => ({ ...node, callFrame: named(node.callFrame, packageUrl) })) }
}

function named(frame: Profiler.ProfileNode['callFrame'], packageUrl: string): Profiler.ProfileNode['callFrame'] {
  if (!frame.url.startsWith(packageUrl)) return frame
  const file = frame.url.slice(packageUrl.length)
  if (!OWN.some((directory) => file.startsWith(directory))) return frame
  const builtin = STANDS_FOR.get(frame.functionName)
  if (builtin === undefined) return { ...frame, url: `${AGENT_SCHEME}${file}` }
  return { ...frame, functionName: builtin, url: '', lineNumber: -1, columnNumber: -1 }
}
