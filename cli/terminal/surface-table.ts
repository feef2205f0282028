import { formatMs } from '../../core/model/quantity.js'
import type { Surface } from '../../core/model/surface.js'
import { padEnd, padStart, printable, WIDTH, wrap } from './layout.js'
import type { Paint } from './paint.js'

const CELL_WIDTH = 11
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
    `  ${wrap(what, WIDTH - 2, '    ')}`,
    paint.dim(`  ${padEnd('', 9)}${maxWaitsMs.map((ms) => padStart(`${formatMs(ms)}  `, CELL_WIDTH)).join('')}`),
    ...maxBatches.map(
      (size, i) =>
        `  ${padStart(String(size), 6)}   ${maxWaitsMs
          .map((ms, j) => cell(p95Ms[i]![j]!, size === current.maxBatch && ms === current.maxWaitMs))
          .join('')}`,
    ),
  ]
}
