import { wrap } from './layout.js'
import type { Paint } from './paint.js'

/** Each warning as a paragraph, after an empty line. */
export function warningLines(warnings: readonly string[], paint: Paint): string[] {
  if (warnings.length === 0) return []
  return [
    '',
    ...warnings.map((warning) => `  ${wrap(`${paint.yellow('warning')}: ${warning}`, paint.columns - 2, '    ')}`),
  ]
}
