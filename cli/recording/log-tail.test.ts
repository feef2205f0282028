import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lastLines } from './log-tail.js'

const directory = mkdtempSync(join(tmpdir(), 'log-tail-'))
afterAll(() => rmSync(directory, { recursive: true }))

function tailOf(text: string, count: number): string[] {
  const file = join(directory, 'service.log')
  writeFileSync(file, text)
  return lastLines(file, count)
}

describe('lastLines', () => {
  it('gives the last lines that hold something', () => {
    expect(tailOf('a\n\nb\r\nc\n\n', 2)).toEqual(['b', 'c'])
    expect(tailOf('', 2)).toEqual([])
  })

  it("keeps a service's own stack frames and drops the runtime's, which push out the message", () => {
    const text =
      'Error: boom\n    at load (/app/server.js:3:9)\n    at node:internal/main:1:2\n    at run (node:internal/x:3:4)\n'
    expect(tailOf(text, 3)).toEqual(['Error: boom', '    at load (/app/server.js:3:9)'])
  })

  it('leaves out what the runtime says of the inspector', () => {
    expect(tailOf('fatal: no model\nWaiting for the debugger to disconnect...\n', 3)).toEqual(['fatal: no model'])
  })

  it('reads only the end of a large log', () => {
    const line = `${'x'.repeat(99)}\n`
    expect(tailOf(`${line.repeat(10_000)}end\n`, 1)).toEqual(['end'])
  })
})
