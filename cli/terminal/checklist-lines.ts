import type { Diagnosis } from '../../core/model/diagnosis.js'
import { padEnd, printable, wrap } from './layout.js'
import type { Paint } from './paint.js'

const MARK_WIDTH = 9

/** The checklist "before you ship": what failed and what is not known with the evidence, what passed by name. */
export function checklistLines({ checklist }: Diagnosis, paint: Paint): string {
  if (checklist.length === 0) return ''
  const open = (['fail', 'unknown'] as const).flatMap((status) =>
    checklist
      .filter((item) => item.status === status)
      .map(({ title, evidence }) =>
        row(status === 'fail' ? paint.red(status) : paint.yellow(status), `${title}: ${evidence}`, paint.columns),
      ),
  )
  const passed = checklist.filter(({ status }) => status === 'pass').map(({ id }) => id)
  if (passed.length > 0) open.push(row(paint.green('pass'), passed.join(', '), paint.columns))
  return [`  ${paint.bold('before you ship')}`, ...open].join('\n')
}

function row(mark: string, text: string, columns: number): string {
  const indent = ' '.repeat(2 + MARK_WIDTH)
  const lines = wrap(printable(text), columns - indent.length).split('\n')
  return `  ${padEnd(mark, MARK_WIDTH)}${lines.join(`\n${indent}`)}`
}
