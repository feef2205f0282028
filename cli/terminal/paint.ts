const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], cyan: [36, 39] } as const

/** Wraps text in a style, or returns it as it is where styles are off. */
export type Paint = Readonly<Record<keyof typeof CODES, (text: string) => string>>

export const PLAIN: Paint = paintWith(false)

/** Colours on a terminal only, never with NO_COLOR (no-color.org) or a dumb terminal. */
export function paintFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Paint {
  return paintWith(stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb')
}

export function paintWith(enabled: boolean): Paint {
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
  }
}
