import type { FlameDifferenceNode } from '../../core/model/charts.js'
import { changeClass, changeInWords, changeTextClass } from '../change-style.js'
import { formatMs } from '../format.js'
import type { FlameLook } from './flame-graph.js'

/** Two recordings: boxes in the colour of their change. */
export const differenceLook: FlameLook<FlameDifferenceNode> = {
  ariaLabel: 'Differential CPU flame graph',
  boxClass: changeClass,
  textClass: changeTextClass,
  describe: (node) => [
    `before ${formatMs(node.beforeMs)}, after ${formatMs(node.afterMs)} of CPU a second: ${changeInWords(node)}`,
    `itself ${formatMs(node.selfBeforeMs)} before, ${formatMs(node.selfAfterMs)} after`,
  ],
}
