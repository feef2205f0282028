import { describe, expect, it } from 'vitest'
import { parseShare } from './share.js'

describe('parseShare', () => {
  it.each([
    ['20%', 0.2],
    ['0.7', 0.7],
    ['0', 0],
    ['100%', 1],
  ])('reads %s as %d', (text, share) => {
    expect(parseShare(text, '--headroom')).toBeCloseTo(share, 12)
  })

  it.each(['', '20', '-1%', 'x', '101%', '1e-1'])('refuses %j and names the option', (text) => {
    expect(() => parseShare(text, '--headroom')).toThrow(
      expect.objectContaining({ code: 'usage', message: `--headroom got '${text}', wanted a share up to 100%` }),
    )
  })
})
