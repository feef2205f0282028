import { NARROWEST, WIDTH } from './layout.js'

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

/** Wraps text in a style, or returns it as it is where styles are off; and how wide lines may be. */
export type Paint = Readonly<Record<keyof typeof CODES, (text: string) => string>> & { readonly columns: number }

export const PLAIN: Paint = paintWith(false)

/**
 * Colours on a terminal only, never with NO_COLOR (no-color.org) or a dumb terminal. 80 columns, fewer where a terminal has
 * fewer, and no table is made for less than 60.
 */
export function paintFor(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: NodeJS.ProcessEnv = process.env,
): Paint {
  const terminal = stream.isTTY === true
  const columns = terminal ? Math.max(NARROWEST, Math.min(WIDTH, stream.columns || WIDTH)) : WIDTH
  return paintWith(terminal && !env.NO_COLOR && env.TERM !== 'dumb', columns)
}

export function paintWith(enabled: boolean, columns: number = WIDTH): Paint {
  const style = (name: keyof typeof CODES) => {
    const [on, off] = CODES[name]
    return (text: string) => (enabled && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text)
  }
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
    columns,
  }
}
