import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { prepareOutputDirectory, writeOutputFile } from './output-file.js'

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'infer-diag-output-'))
  mkdirSync(join(directory, 'taken'))
  writeFileSync(join(directory, 'file'), '')
})
afterAll(() => rmSync(directory, { recursive: true }))

test('an output file is written where nothing stands in its way', async () => {
  await writeOutputFile(join(directory, 'page.html'), 'content', false)
  expect(readFileSync(join(directory, 'page.html'), 'utf8')).toBe('content')
})

test.each([
  ['taken', 'it is a directory', 'give -o a file in it'],
  ['none/page.html', 'its directory does not exist', 'make that first, or choose another -o'],
  ['file/page.html', 'part of its path is a file', 'choose another -o'],
])('an output file %s is refused with the reason and what to do', async (name, reason, hint) => {
  await expect(writeOutputFile(join(directory, name), '', false)).rejects.toMatchObject({
    code: 'unwritable',
    message: `cannot write ${join(directory, name)}: ${reason}`,
    hint,
  })
})

test('an output file that is there is replaced only with force', async () => {
  const file = join(directory, 'earlier.html')
  writeFileSync(file, 'earlier')
  await expect(writeOutputFile(file, 'later', false)).rejects.toMatchObject({
    code: 'usage',
    message: `${file} exists already`,
    hint: 'choose another -o, or add --force',
  })
  expect(readFileSync(file, 'utf8')).toBe('earlier')
  await writeOutputFile(file, 'later', true)
  expect(readFileSync(file, 'utf8')).toBe('later')
})

test('a device is no file that could be lost', async () => {
  await writeOutputFile('/dev/null', 'content', false)
})

test('an output directory keeps what else is in it, and what is written into it only without force', () => {
  const incident = join(directory, 'incident')
  expect(prepareOutputDirectory(incident, 'postmortem.md', false)).toBe(incident)
  writeFileSync(join(incident, 'notes.txt'), '')
  expect(prepareOutputDirectory(incident, 'postmortem.md', false)).toBe(incident)
  writeFileSync(join(incident, 'postmortem.md'), '')
  expect(() => prepareOutputDirectory(incident, 'postmortem.md', false)).toThrow('already holds postmortem.md')
  expect(prepareOutputDirectory(incident, 'postmortem.md', true)).toBe(incident)
})
