import { readFileSync } from 'node:fs'
import { DiagError } from '../../core/errors.js'
import { type OpenArrivals, parseArrivalTrace } from '../../load/index.js'
import { unreadableInput } from './unreadable-input.js'

/** `poisson`, `constant` or `trace:<file>`, which is read. Throws a usage error. */
export function parseArrivals(text: string): OpenArrivals {
  if (text === 'poisson' || text === 'constant') return text
  const file = /^trace:(.+)$/.exec(text)?.[1]
  if (file === undefined) {
    throw new DiagError(
      'usage',
      `--arrivals got '${text}', wanted poisson, constant or trace:<file>`,
      'write --arrivals poisson',
    )
  }
  return { trace: parseArrivalTrace(readTrace(file), file) }
}

/** Arrivals a second, over the time from a trace's first to its last. */
export function meanRate(trace: Float64Array): number {
  const lastMs = trace.at(-1) ?? 0
  return lastMs > 0 ? (trace.length * 1000) / lastMs : trace.length
}

function readTrace(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw unreadableInput('--arrivals', file, error, 'give trace: a file of arrival times')
  }
}
