import { stripVTControlCharacters } from 'node:util'

/** Text width that reads well and fits the smallest common terminal. */
export const WIDTH = 80
/** Tables leave columns out on narrower terminals, down to this. */
export const NARROWEST = 60

/** Words folded into lines of at most `width` columns, every line after the first indented by `indent`. */
export function wrap(text: string, width: number, indent = ''): string {
  return wrapWords(
    text.split(/\s+/).filter((piece) => piece !== ''),
    width,
    indent,
  )
}

/** The same of words that may have spaces in them, which are kept. */
export function wrapWords(words: readonly string[], width: number, indent = ''): string {
  const lines: string[] = []
  let line = ''
  for (const word of words) {
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

/** A column of a table. */
export type Column<Row> = {
  readonly title: string
  readonly width: number
  readonly cell: (row: Row) => string
  /** Where there is no room for all columns, the one with the highest number goes first; without it, it stays. */
  readonly yields?: number
}

/** As many of the columns as fit into `room`, in their order. */
export function fitting<Row>(columns: readonly Column<Row>[], room: number): readonly Column<Row>[] {
  const width = columns.reduce((sum, column) => sum + column.width, 0)
  const least = Math.max(...columns.map(({ yields }) => yields ?? 0))
  if (width <= room || least === 0) return columns
  return fitting(
    columns.filter(({ yields }) => yields !== least),
    room,
  )
}

/** The titles of the columns, or a row's cells, each aligned to the right. */
export function titles<Row>(columns: readonly Column<Row>[]): string {
  return columns.map(({ title, width }) => padStart(title, width)).join('')
}

export function cells<Row>(columns: readonly Column<Row>[], row: Row): string {
  return columns.map(({ cell, width }) => padStart(cell(row), width)).join('')
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
