import type { FlameNode } from '../../core/model/charts.js'
import { formatMs, formatPercent } from '../format.js'
import { stageClass, stageTextClass } from '../stage-style.js'
import type { FlameLook } from './flame-graph.js'

/** One recording: boxes in the colour of their stage. */
export function cpuLook(wholeMs: number): FlameLook<FlameNode> {
  return {
    ariaLabel: 'CPU flame graph',
    boxClass: ({ stage }) => stageClass(stage),
    textClass: ({ stage }) => stageTextClass(stage),
    describe({ selfMs, totalMs, stage }, isRoot) {
      const times = `total ${formatMs(totalMs)} (${formatPercent(totalMs / wholeMs)}), self ${formatMs(selfMs)}`
      return isRoot ? [times] : [times, stage ?? 'outside every stage']
    },
  }
}
