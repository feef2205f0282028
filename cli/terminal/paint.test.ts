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
})
