import { constants, type NodeGCPerformanceDetail, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks'
import { fromTimelineMs } from '../clock.js'
import type { Observation, Undo } from '../observation.js'

const KINDS = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** Records every garbage-collection pause of this thread as an event `gc`. */
export function gc({ recorder }: Observation): Undo {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const startMs = fromTimelineMs(entry.startTime)
      recorder.event('gc', kindOf(entry), startMs, startMs + entry.duration, Number.NaN)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  return () => {
    observer.disconnect()
    return true
  }
}

function kindOf(entry: PerformanceEntry): string {
  const { detail } = entry as { readonly detail?: NodeGCPerformanceDetail }
  return KINDS.get(detail?.kind ?? 0) ?? 'other'
}
