import { formatMs } from '../../core/model/quantity.js'
import type { Surface } from '../../core/model/surface.js'
import { padStart, printable, wrap } from './layout.js'
import type { Paint } from './paint.js'

const CELL_WIDTH = 11
/** Indent and batch size. */
const MARGIN = 11
/** From the lowest p95 to the highest; unstable is full. */
const SHADES = [' ', '░', '▒', '▓'] as const

/** The p95 by batch size (rows) and wait (columns), the darker the longer; the present setting in brackets. */
export function surfaceTable(
  { changes, maxBatches, maxWaitsMs, p95Ms, current }: Surface,
  slaP95Ms: number | null,
  paint: Paint,
): string[] {
  const stable = p95Ms.flat().filter((ms) => ms !== null)
  const [lowest, highest] = [Math.min(...stable), Math.max(...stable)]
  const shade = (ms: number) =>
    SHADES[Math.min(3, Math.floor((4 * Math.log(ms / lowest)) / Math.log(highest / lowest)) || 0)]!
  const cell = (ms: number | null, isCurrent: boolean) => {
    const text = ms === null ? 'unstable' : formatMs(ms)
    const met = ms !== null && slaP95Ms !== null && ms <= slaP95Ms
    const painted = slaP95Ms === null && ms !== null ? text : met ? paint.green(text) : paint.red(text)
    return padStart(
      `${isCurrent ? `[${painted}]` : `${painted} `}${paint.dim(ms === null ? '█' : shade(ms))}`,
      CELL_WIDTH,
    )
  }
  const what = `p95 by largest batch and longest wait${changes.length === 0 ? '' : `, with ${printable(changes.join(' '))}`}; [as recorded]`
  return [
    `  ${wrap(what, paint.columns - 2, '    ')}`,
    ...blocks(maxWaitsMs.length, Math.floor((paint.columns - MARGIN) / CELL_WIDTH)).flatMap((columns) => [
      paint.dim(
        `${' '.repeat(MARGIN)}${columns.map((j) => padStart(`${formatMs(maxWaitsMs[j]!)}  `, CELL_WIDTH)).join('')}`,
      ),
      ...maxBatches.map(
        (size, i) =>
          `${padStart(String(size), MARGIN - 3)}   ${columns
            .map((j) => cell(p95Ms[i]![j]!, size === current.maxBatch && maxWaitsMs[j] === current.maxWaitMs))
            .join('')}`,
      ),
    ]),
  ]
}

/** 0 to `count` - 1 in runs of at most `most`, one under the other where a row has no room for all. */
function blocks(count: number, most: number): number[][] {
  const all = Array.from({ length: count }, (_, at) => at)
  return Array.from({ length: Math.ceil(count / most) }, (_, block) => all.slice(block * most, (block + 1) * most))
}
