import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeOutputFile } from './output-file.js'

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'infer-diag-output-'))
  mkdirSync(join(directory, 'taken'))
  writeFileSync(join(directory, 'file'), '')
})
afterAll(() => rmSync(directory, { recursive: true }))

test('an output file is written where nothing stands in its way', async () => {
  await writeOutputFile(join(directory, 'page.html'), 'content')
  expect(readFileSync(join(directory, 'page.html'), 'utf8')).toBe('content')
})

test.each([
  ['taken', 'it is a directory'],
  ['none/page.html', 'its directory does not exist'],
  ['file/page.html', 'part of its path is a file'],
])('an output file %s is refused with the reason', async (name, reason) => {
  await expect(writeOutputFile(join(directory, name), '')).rejects.toMatchObject({
    code: 'unwritable',
    message: `cannot write ${join(directory, name)}: ${reason}`,
  })
})
