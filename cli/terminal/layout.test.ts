import { describe, expect, it } from 'vitest'
import { bar, clip, flow, padEnd, padStart, printable, wrap } from './layout.js'
import { paintWith } from './paint.js'

const paint = paintWith(true)

describe('layout', () => {
  it('folds between words and indents what follows', () => {
    expect(wrap('one two three four', 9, '  ')).toBe('one two\n  three\n  four')
  })

  it('leaves a word alone that is longer than the line', () => {
    expect(wrap('a abcdefghij b', 5)).toBe('a\nabcdefghij\nb')
  })

  it('folds items without breaking one', () => {
    expect(flow(['p50 1 ms', 'p95 2 ms', 'p99 3 ms'], 20, '  ')).toBe('p50 1 ms   p95 2 ms\n  p99 3 ms')
  })

  it('counts no width for colours', () => {
    expect(padEnd(paint.red('ab'), 4)).toBe(`${paint.red('ab')}  `)
    expect(padStart(paint.red('ab'), 4)).toBe(`  ${paint.red('ab')}`)
    expect(wrap(`${paint.red('abc')} ${paint.red('def')}`, 7)).not.toContain('\n')
  })

  it('draws a share in eighths of a column and never past its width', () => {
    expect([0, 0.5, 0.53, 1, 2, -1].map((share) => bar(share, 4))).toEqual(['', '██', '██▏', '████', '████', ''])
  })

  it('cuts with an ellipsis', () => {
    expect(clip('abcdef', 4)).toBe('abc…')
    expect(clip('abcd', 4)).toBe('abcd')
  })

  it('makes what a service said safe to print', () => {
    expect(printable('a\x1b[2Jb\u202ec\r')).toBe('a?[2Jb?c?')
  })
})
