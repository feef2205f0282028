import type { LoadReport } from '../../core/model/load-report.js'
import { bindingSentence, headline, headroomSentence, safeSentence } from '../../core/model/load-sentences.js'
import { formatMs } from '../../core/model/quantity.js'
import { printable, wrap } from './layout.js'
import { loadTable } from './load-table.js'
import type { Paint } from './paint.js'

export type LoadViewOptions = { readonly paint: Paint; readonly file: string }

/** The result of `load` as text as wide as `paint` tells (60 to 80 columns), ending in a newline. */
export function showLoad(report: LoadReport, { paint, file }: LoadViewOptions): string {
  const lines = [paint.bold(wrap(printable(headline(report)), paint.columns)), '']
  for (const sentence of [bindingSentence(report), safeSentence(report), headroomSentence(report), ...report.notes]) {
    if (sentence !== null) lines.push(`  ${wrap(sentence, paint.columns - 2, '  ')}`)
  }
  if (lines.at(-1) !== '') lines.push('')
  lines.push(...loadTable(report, paint), '')
  const lagMs = Math.max(...report.levels.map(({ clientLagP99Ms }) => clientLagP99Ms ?? 0))
  // In a closed loop nothing is due before it is sent.
  if (report.loop === 'open') lines.push(paint.dim(`  send lag of the client p99: up to ${formatMs(lagMs)}`))
  lines.push(`  ${printable(file)}`)
  return `${lines.join('\n')}\n`
}
