import { coreSpeed } from '../facts/core-speed.js'
import type { Facts } from '../facts/fact.js'
import type { Difference } from '../model/comparison.js'
import { formatUs } from '../model/quantity.js'
import type { RecordingMeta } from '../model/recording-meta.js'

const ABSENT = 'not given'
/** A recording of 20 s knows its mean to 3 % or so. */
const CORE_TOLERANCE = 0.1

/** What is set up differently in the two recordings: where to look for the cause. */
export function differencesBetween(before: Facts, after: Facts): Difference[] {
  const [was, is] = [settingsOf(before.recording.meta), settingsOf(after.recording.meta)]
  const names = new Set([...was.keys(), ...is.keys()])
  const differences: Difference[] = []
  for (const what of names) {
    const [a, b] = [was.get(what) ?? ABSENT, is.get(what) ?? ABSENT]
    if (a !== b) differences.push({ what, before: a, after: b })
  }
  return [...differences, ...differentCores(before, after)]
}

/** CPU times of two runs compare only where the core was as fast in both. */
function differentCores(before: Facts, after: Facts): Difference[] {
  const [was, is] = [before.find(coreSpeed)?.meanMs, after.find(coreSpeed)?.meanMs]
  if (was === undefined || is === undefined || Math.abs(is / was - 1) <= CORE_TOLERANCE) return []
  const than = is > was ? `${(is / was).toFixed(2)} times slower` : `${(was / is).toFixed(2)} times faster`
  return [{ what: 'fixed work on the core', before: formatUs(was), after: `${formatUs(is)}, ${than}` }]
}

function settingsOf(meta: RecordingMeta): Map<string, string> {
  const settings = new Map<string, string>()
  const set = (what: string, value: string | number | null | undefined) => {
    if (value !== null && value !== undefined) settings.set(what, String(value))
  }
  for (const [name, { value }] of Object.entries(meta.pipeline)) settings.set(name, String(value))
  set('command', meta.command?.join(' '))
  set('service', meta.service.name)
  set('runtime', meta.service.runtime)
  set('observed from', meta.service.observed === 'node' ? 'inside' : 'outside')
  set('body bytes', meta.load?.bodyBytes)
  set('warm-up ms', meta.load?.warmupMs)
  set('CPU', meta.host?.cpuModel)
  set('cores', meta.host?.cores)
  set('CPU limit', meta.host?.cgroup.cpuLimitCores)
  set('kernel', meta.host?.kernel)
  set('GPUs', meta.gpus.map(({ name }) => name).join(', '))
  set('tool version', meta.tool.version)
  return settings
}
