import { describe, expect, it } from 'vitest'
import { paintFor } from './paint.js'

describe('paintFor', () => {
  const coloured = (isTTY: boolean, env: NodeJS.ProcessEnv) => paintFor({ isTTY }, env).red('x') !== 'x'

  it('colours on a terminal only', () => {
    expect(coloured(true, {})).toBe(true)
    expect(coloured(false, {})).toBe(false)
  })

  it('obeys NO_COLOR and a dumb terminal', () => {
    expect(coloured(true, { NO_COLOR: '1' })).toBe(false)
    expect(coloured(true, { NO_COLOR: '' })).toBe(true)
    expect(coloured(true, { TERM: 'dumb' })).toBe(false)
  })

  it('makes lines as wide as a narrow terminal, of 80 columns at most and 60 at least', () => {
    const columns = (stream: { isTTY?: boolean; columns?: number }) => paintFor(stream, {}).columns
    expect(columns({ isTTY: true, columns: 72 })).toBe(72)
    expect(columns({ isTTY: true, columns: 200 })).toBe(80)
    expect(columns({ isTTY: true, columns: 30 })).toBe(60)
    expect(columns({ isTTY: true, columns: 0 })).toBe(80)
    expect(columns({ columns: 72 })).toBe(80)
  })
})
