import type { FlameDifferenceNode } from '../core/model/charts.js'
import { formatPercent } from './format.js'

/** Steps of colour end at these factors between before and after. */
const FACTORS = [1.25, 2] as const

/** What the colours mean, from vanished to new. */
export const CHANGE_STEPS = ['less-3', 'less-2', 'less-1', 'none', 'more-1', 'more-2', 'more-3'] as const

type Step = (typeof CHANGE_STEPS)[number]

/** CSS class of a box by how its CPU time changed. */
export function changeClass(node: FlameDifferenceNode): string {
  return `change-${stepOf(node)}`
}

/** CSS class of a label that stands on such a box. */
export function changeTextClass(node: FlameDifferenceNode): string {
  return `on-change on-change-${stepOf(node)}`
}

/** "-62 %", "new", "gone", or that it is no more than chance. */
export function changeInWords({ beforeMs, afterMs, sure }: FlameDifferenceNode): string {
  if (!sure) return 'no more than chance'
  if (beforeMs === 0) return 'new'
  if (afterMs === 0) return 'gone'
  return `${afterMs < beforeMs ? '' : '+'}${formatPercent(afterMs / beforeMs - 1)}`
}

function stepOf({ beforeMs, afterMs, sure }: FlameDifferenceNode): Step {
  if (!sure) return 'none'
  const factor = Math.max(beforeMs, afterMs) / Math.max(1e-9, Math.min(beforeMs, afterMs))
  const strength = 1 + FACTORS.filter((limit) => factor > limit).length
  return `${afterMs < beforeMs ? 'less' : 'more'}-${strength}` as Step
}
