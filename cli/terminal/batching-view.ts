import type { BatchingComparison } from '../../core/model/batching-comparison.js'
import { padStart, WIDTH, wrap } from './layout.js'
import { formatCount, formatMs } from './numbers.js'
import type { Paint } from './paint.js'

/** p95 by rate with and without batching, measured beside simulated: 80 columns, ending in a newline. */
export function showBatching({ configurations, device, lesson }: BatchingComparison, paint: Paint): string {
  const columns = configurations.flatMap(({ name }) => [name, 'simulated', 'failed'])
  const lines = [
    paint.bold(wrap(lesson, WIDTH)),
    '',
    `  simulated accelerator, ${formatMs(device.overheadMs)} + ${formatMs(device.perItemMs)} per item; batching: ${configurations
      .filter(({ maxBatch }) => maxBatch > 1)
      .map(({ maxBatch, maxWaitMs }) => `up to ${maxBatch}, waiting up to ${formatMs(maxWaitMs)}`)
      .join(', ')}`,
    '',
    paint.dim(`  ${padStart('p95 at', 8)}${columns.map((name) => padStart(name, 11)).join('')}`),
    ...(configurations[0]?.levels ?? []).map(({ rateRps }, at) => {
      const cells = configurations.flatMap(({ levels }) => {
        const level = levels[at]
        return [
          formatMs(level?.measuredP95Ms ?? null),
          formatMs(level?.simulatedP95Ms ?? null),
          formatCount(level?.failed ?? null),
        ]
      })
      return `  ${padStart(`${rateRps}/s`, 8)}${cells.map((cell) => padStart(cell, 11)).join('')}`
    }),
  ]
  return `${lines.join('\n')}\n`
}
