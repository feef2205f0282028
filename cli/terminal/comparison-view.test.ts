import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { compareRecordings } from '../../core/compare/index.js'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { showComparison } from './comparison-view.js'
import { WIDTH } from './layout.js'
import { PLAIN, paintWith } from './paint.js'

const SHORT = { durationMs: 10_000, warmupMs: 500, samples: false, profile: false }
const before = synthesize(SHORT)
const after = synthesize({ ...SHORT, parseMs: 0.1, bodyBytes: 220_000, seed: 2 })

describe('the comparison in the terminal', () => {
  test('shows the verdict, every figure with its difference, and what is set up differently', () => {
    const text = showComparison(compareRecordings(before, after), PLAIN)
    expect(text).toMatch(/^Better: p95 /)
    expect(text).toMatch(/^ {2}p95 +\d+ ms +\d+ ms +-\d+ % +-\d+ to -\d+ ms {2}better$/m)
    expect(text).toMatch(/^ {2}deserialize +3\.\d ms +0\.1 ms +-97 % .* better$/m)
    expect(text).toContain('body bytes 450000 -> 220000')
  })

  test('says why two recordings are not comparable, and draws no conclusion from their figures', () => {
    const text = showComparison(compareRecordings(before, synthesize({ ...SHORT, rate: 100 })), PLAIN)
    expect(text).toMatch(/^Not comparable: the load was 200 requests\/s before, 100 after\.$/m)
    expect(text).not.toMatch(/better|worse/)
  })

  test('shows what differs of commands that are too long for a line', () => {
    const command = (faults: string) => [
      'node',
      'some/deep/directory/of/a/project/with/the/server.js',
      ...faults.split(' '),
    ]
    const setUp = (from: string, to: string) => {
      const comparison = compareRecordings(
        { ...before, meta: { ...before.meta, command: command(from) } },
        { ...before, meta: { ...before.meta, command: command(to) } },
      )
      return showComparison(comparison, PLAIN)
        .split('\n')
        .find((line) => line.startsWith('  set up'))
    }
    expect(setUp('--port 80 --model small', '--port 80 --model large')).toBe(
      '  set up      command … --model small -> … --model large',
    )
    expect(setUp('--workers 2 --model small', '--workers 4 --model small')).toBe(
      '  set up      command … --workers 2 … -> … --workers 4 …',
    )
    expect(setUp('--model small', `--model ${'large'.repeat(20)}`)).toMatch(
      /^ {2}set up {6}command … --model small -> … --model large\w+…$/,
    )
  })

  test('fits 80 columns, with and without colour', () => {
    const comparison = compareRecordings(before, after)
    const plain = showComparison(comparison, PLAIN)
    for (const line of plain.split('\n')) expect(line.length).toBeLessThanOrEqual(WIDTH)
    expect(stripVTControlCharacters(showComparison(comparison, paintWith(true)))).toBe(plain)
  })
})
