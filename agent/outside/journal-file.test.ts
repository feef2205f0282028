import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { JournalFile } from './journal-file.js'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'infer-diag-journal-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const header = () => Uint8Array.of(1, 1)

test('a file is made with its header at the first append, under the first free number', () => {
  const [first, second] = [new JournalFile(directory, 7, header), new JournalFile(directory, 7, header)]
  expect(readdirSync(directory)).toEqual([])
  first.append(Uint8Array.of(2), Uint8Array.of(3))
  second.append(Uint8Array.of(4))
  first.append(Uint8Array.of(5))
  expect([...readFileSync(join(directory, 'journal-7-0.idj'))]).toEqual([1, 1, 2, 3, 5])
  expect([...readFileSync(join(directory, 'journal-7-1.idj'))]).toEqual([1, 1, 4])
})

test('a directory that appears later is written to then', () => {
  const blocked = join(directory, 'blocked')
  writeFileSync(blocked, '')
  const file = new JournalFile(blocked, 7, header)
  expect(() => file.append(Uint8Array.of(2))).toThrow()
  rmSync(blocked)
  file.append(Uint8Array.of(3))
  expect([...readFileSync(join(blocked, 'journal-7-0.idj'))]).toEqual([1, 1, 3])
})
