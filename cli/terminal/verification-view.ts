import {
  describeVerification,
  type Verification,
  type VerificationRow,
  verificationRows,
} from '../../core/model/verification.js'
import { padEnd, padStart, printable, wrap } from './layout.js'
import { formatMs } from './numbers.js'
import type { Paint } from './paint.js'

const LABEL_WIDTH = 11
const NAME_WIDTH = 24

/**
 * What changes were predicted to bring, and brought: as wide as `paint` tells (60 to 80 columns), ending in a newline. `paths` are
 * files that tell more, by what they are.
 */
export function showVerification(
  verification: Verification,
  paint: Paint,
  paths: Readonly<Record<string, string>> = {},
): string {
  const { changes, assumptions } = verification
  const lines = [
    paint.bold(wrap(printable(describeVerification(verification)), paint.columns)),
    '',
    ...changes.map(
      ({ change, title }, at) => `  ${at + 1}  ${wrap(printable(`${title} (${change})`), paint.columns - 5, '     ')}`,
    ),
    '',
    paint.dim(`  ${padEnd('', NAME_WIDTH)}${['p50', 'p95', 'p99'].map((name) => padStart(name, 10)).join('')}`),
    ...verificationRows(verification).map(row),
    ...apart(
      assumptions.map((text) => paint.dim(`  ${wrap(`assumed: ${printable(text)}`, paint.columns - 2, '    ')}`)),
    ),
    ...apart(Object.entries(paths).map(([label, path]) => `  ${label.padEnd(LABEL_WIDTH)}${paint.cyan(path)}`)),
  ]
  return `${lines.join('\n')}\n`
}

function apart(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines]
}

function row({ name, p50Ms, p95Ms, p99Ms }: VerificationRow): string {
  return `  ${padEnd(name, NAME_WIDTH)}${[p50Ms, p95Ms, p99Ms].map((ms) => padStart(formatMs(ms), 10)).join('')}`
}
