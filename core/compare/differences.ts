import type { Difference } from '../model/comparison.js'
import type { RecordingMeta } from '../model/recording-meta.js'

const ABSENT = 'not given'

/** What is set up differently in the two recordings: where to look for the cause. */
export function differencesBetween(before: RecordingMeta, after: RecordingMeta): Difference[] {
  const [was, is] = [settingsOf(before), settingsOf(after)]
  const names = new Set([...was.keys(), ...is.keys()])
  const differences: Difference[] = []
  for (const what of names) {
    const [a, b] = [was.get(what) ?? ABSENT, is.get(what) ?? ABSENT]
    if (a !== b) differences.push({ what, before: a, after: b })
  }
  return differences
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
