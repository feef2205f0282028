import { constants, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks'
import { fromTimelineMs } from '../clock.js'
import type { Observation } from '../observation.js'

const KINDS = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** Records every garbage-collection pause of this thread as an event `gc`. */
export function gc({ recorder }: Observation): void {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const startMs = fromTimelineMs(entry.startTime)
      recorder.event('gc', kindOf(entry), startMs, startMs + entry.duration, Number.NaN)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
}

function kindOf(entry: PerformanceEntry): string {
  const kind = (entry.detail as { kind?: number } | undefined)?.kind ?? 0
  return KINDS.get(kind) ?? 'other'
}
