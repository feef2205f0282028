import { stripVTControlCharacters } from 'node:util'

/** Text width that reads well and fits the smallest common terminal. */
export const WIDTH = 80

/** Words folded into lines of at most `width` columns, every line after the first indented by `indent`. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((piece) => piece !== '')) {
    const room = lines.length === 0 ? width : width - indent.length
    if (line !== '' && visibleLength(line) + 1 + visibleLength(word) > room) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  if (line !== '') lines.push(line)
  return lines.map((content, at) => (at === 0 ? content : indent + content)).join('\n')
}

/** Items in sequence, three spaces apart, folded between items and never within one. */
export function flow(items: readonly string[], width: number, indent: string): string {
  const lines: string[] = []
  let line = ''
  for (const item of items) {
    const longer = line === '' ? item : `${line}   ${item}`
    if (line !== '' && visibleLength(longer) > width) {
      lines.push(line)
      line = item
    } else {
      line = longer
    }
  }
  if (line !== '') lines.push(line)
  return lines.join(`\n${indent}`)
}

/** Pads to `width` visible columns: escape sequences take none. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - visibleLength(text)))
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - visibleLength(text))) + text
}

/** Cut to `width` columns, with an ellipsis where something is lost. */
export function clip(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/** A horizontal bar for a share (0..1), in eighths of a column. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8)
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]
}

/**
 * A string from the service made safe to print: control characters, which could move the cursor or fake output,
 * become question marks.
 */
export function printable(text: string): string {
  return [...text].map((char) => (/\p{Cc}|\p{Cf}/u.test(char) ? '?' : char)).join('')
}

function visibleLength(text: string): number {
  return stripVTControlCharacters(text).length
}
