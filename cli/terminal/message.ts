import { WIDTH, wrapWords } from './layout.js'

/** Longer lines are hard to read. */
const WIDEST = 100

/** How wide messages may be; null where nobody watches: there a message stays one line, for grep. */
export function messageWidth(stream: { readonly isTTY?: boolean; readonly columns?: number }): number | null {
  return stream.isTTY === true ? Math.min(WIDEST, stream.columns || WIDTH) : null
}

/** "error: ..." folded at `width`, the lines after the first below its text; one line where there is no width. */
export function foldMessage(message: string, width: number | null): string {
  if (width === null) return message.replace(/\s*\n\s*/g, ' ')
  const label = /^(?:error|hint): /.exec(message)?.[0] ?? ''
  return wrapWords(message.match(WORDS) ?? [], width, ' '.repeat(label.length))
}

/** What is quoted, an option with its value, a command of ours up to the end of its clause: to be copied, so never broken. */
const WORDS =
  /(?:`[^`]*`|"[^"]*"|(?<!\w)'[^']*'|--[a-z-]+ (?:"[^"]*"|'[^']*'|(?!-)[^\s,;]+)|infer-diag(?: [^\s,;]+)+|\S)+/g
