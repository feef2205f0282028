import type { BatchingComparison } from '../../core/model/batching-comparison.js'
import { padStart, wrap } from './layout.js'
import { formatCount, formatMs } from './numbers.js'
import type { Paint } from './paint.js'

const RATE_WIDTH = 8
const CELL_WIDTH = 11
/** A rate and three cells for each of two configurations need so much. */
const WIDE = 76

/** p95 by rate with and without batching, measured beside simulated: as wide as `paint` tells (60 to 80 columns), ending in a newline. */
export function showBatching({ configurations, device, lesson }: BatchingComparison, paint: Paint): string {
  // Failures go where there is no room: the page and the JSON have them.
  const shown = paint.columns < WIDE ? 2 : 3
  const groups = configurations.map(({ name }) => padStart(name, shown * CELL_WIDTH)).join('')
  const columns = configurations.flatMap(() => ['p95', 'simulated', 'failed'].slice(0, shown))
  const settings = configurations
    .filter(({ maxBatch }) => maxBatch > 1)
    .map(({ maxBatch, maxWaitMs }) => `up to ${maxBatch}, waiting up to ${formatMs(maxWaitMs)}`)
  const lines = [
    paint.bold(wrap(lesson, paint.columns)),
    '',
    `  simulated accelerator: ${formatMs(device.overheadMs)} + ${formatMs(device.perItemMs)} per item`,
    `  batching: ${settings.join(', ')}`,
    '',
    paint.dim(`  ${padStart('', RATE_WIDTH)}${groups}`),
    paint.dim(`  ${padStart('rate', RATE_WIDTH)}${columns.map((name) => padStart(name, CELL_WIDTH)).join('')}`),
    ...(configurations[0]?.levels ?? []).map(({ rateRps }, at) => {
      const cells = configurations.flatMap(({ levels }) => {
        const level = levels[at]
        return [
          formatMs(level?.measuredP95Ms ?? null),
          formatMs(level?.simulatedP95Ms ?? null),
          formatCount(level?.failed ?? null),
        ].slice(0, shown)
      })
      return `  ${padStart(`${rateRps}/s`, RATE_WIDTH)}${cells.map((cell) => padStart(cell, CELL_WIDTH)).join('')}`
    }),
  ]
  return `${lines.join('\n')}\n`
}
