import { existsSync } from 'node:fs'
import { DiagError } from '../../core/errors.js'
import type { Arrivals } from '../recording/plan.js'

/** `poisson`, `constant` or `trace:<file>`. Throws a usage error. */
export function parseArrivals(text: string): Arrivals {
  if (text === 'poisson' || text === 'constant') return { kind: text }
  const file = /^trace:(.+)$/.exec(text)?.[1]
  if (file === undefined) {
    throw new DiagError(
      'usage',
      `--arrivals got '${text}', wanted poisson, constant or trace:<file>`,
      'write --arrivals poisson',
    )
  }
  if (!existsSync(file)) {
    throw new DiagError('usage', `cannot read --arrivals ${file}: no such file`, 'give trace: a file of arrival times')
  }
  return { kind: 'trace', file }
}
