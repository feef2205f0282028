import { NO_INDEX } from '../model/recording.js'
import { processOf } from '../model/thread-instance.js'
import { type Fact, known, notMeasured } from './fact.js'
import { series } from './series.js'
import { traffic } from './traffic.js'

/** Samples are due ten times a second; what is missing for longer than this was not there. */
const ABSENT_MS = 1000

/** Processes that answered requests, and which of them were not there all of the measured window. */
export type ProcessLives = {
  readonly serving: number
  /** How much of the window had passed when it was first seen, and was left when it was last seen. */
  readonly began: readonly { readonly pid: number; readonly afterMs: number }[]
  readonly ended: readonly { readonly pid: number; readonly beforeEndMs: number }[]
}

export const processLives: Fact<'processLives', ProcessLives> = {
  id: 'processLives',
  derive(facts) {
    const window = facts.get(traffic)
    if (!window.known) return window
    const sampled = facts.find(series) ?? []
    const { requests, meta } = facts.recording
    const serving = new Set<number>()
    for (const row of window.value.rows) {
      if (requests.process[row] !== NO_INDEX) serving.add(requests.process[row]!)
    }
    if (serving.size === 0) return notMeasured('no agent saw these requests inside the service')
    const firstMs = Math.min(...sampled.map(({ tMs }) => tMs[0]!))
    const lastMs = Math.max(...sampled.map(({ tMs }) => tMs.at(-1)!))
    const lives = [...serving].flatMap((process) => {
      const { pid } = meta.processes[process]!
      const own = sampled.filter(({ instance }) => processOf(instance) === pid)
      if (own.length === 0) return []
      const afterMs = Math.min(...own.map(({ tMs }) => tMs[0]!)) - firstMs
      const beforeEndMs = lastMs - Math.max(...own.map(({ tMs }) => tMs.at(-1)!))
      return [{ pid, afterMs, beforeEndMs }]
    })
    if (lives.length < serving.size) return notMeasured('its processes were not sampled')
    return known({
      serving: serving.size,
      began: lives.filter(({ afterMs }) => afterMs > ABSENT_MS),
      ended: lives.filter(({ beforeEndMs }) => beforeEndMs > ABSENT_MS),
    })
  },
}
