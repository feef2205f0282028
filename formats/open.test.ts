import { chmod, mkdir, readFile, rename, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Table, tableFromIPC, tableToIPC } from 'apache-arrow'
import { expect, onTestFinished, test } from 'vitest'
import { DiagError } from '../core/errors.js'
import { HEADER } from '../core/model/journal-layout.js'
import { writeJournal } from '../test/support/journal-file.js'
import { writeSampleJournals } from '../test/support/sample-recording.js'
import { temporaryDirectory } from '../test/support/temporary-directory.js'
import { openRecording, readMeta, sealRecording, writeMeta } from './index.js'

test('a path that is no directory is an error with a hint', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  expect(await failure(join(dir, 'nowhere'))).toMatch(/nowhere does not exist$/)
  await writeFile(join(dir, 'file'), 'x')
  expect(await failure(join(dir, 'file'))).toMatch(/file is a file; a recording is a directory$/)
})

test('a directory without journals or tables is an error that says what it holds', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  expect(await failure(dir)).toMatch(/is empty; journals or tables are wanted$/)
  await writeFile(join(dir, 'package.json'), '{}')
  expect(await failure(dir)).toMatch(/is not a recording: it holds package\.json, no journals or tables$/)
  await writeMeta(dir, { id: 'alone' })
  expect(await failure(dir)).toMatch(/holds meta\.json, package\.json, no journals/)
})

test('journals that are foreign, or empty, or end within their header, are an error that names each', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  await writeFile(join(dir, 'journal-1-0.idj'), 'not a journal, but long enough to have a header of 64 bytes......')
  await writeFile(join(dir, 'journal-2-0.idj'), '')
  await writeFile(join(dir, 'journal-3-0.idj'), new Uint8Array(63))
  const message = await failure(dir)
  expect(message).toContain('no usable journal')
  expect(message).toMatch(/journal-1-0\.idj: magic is 0x20746f6e, not 0x314a4449/)
  expect(message).toMatch(/journal-2-0\.idj: it ends before its header; journal-3-0\.idj: it ends before its header/)
})

test('a newer version of the journal, meta.json or a table is refused, naming both versions', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const head = new Uint8Array(64)
  const name = await writeJournal(dir, {}, [])
  new DataView(head.buffer).setUint32(HEADER.magic, 0x314a4449, true)
  new DataView(head.buffer).setUint16(HEADER.version, 2, true)
  await writeFile(join(dir, name), head)
  expect(await failure(dir)).toBe(`${name} is a version 2 journal; this infer-diag reads up to version 1`)

  const sealed = await sealedDirectory()
  await writeFile(join(sealed, 'meta.json'), JSON.stringify({ formatVersion: 3 }))
  expect(await failure(sealed)).toMatch(/meta\.json is of format version 3; this infer-diag reads up to version 1$/)
  await expect(writeMeta(sealed, { id: 'x' })).rejects.toThrow(/version 3/)

  const table = await sealedDirectory()
  await rewrite(join(table, 'samples.arrow'), (metadata) =>
    metadata.set('infer-diag.formatVersion', '2').set('from', 'a later version'),
  )
  expect(await failure(table)).toMatch(/samples\.arrow is of format version 2; this infer-diag reads up to version 1$/)
})

test('a table that another tool has written again opens; one whose bytes have changed does not', async () => {
  const dir = await sealedDirectory()
  const before = await openRecording(dir)
  for (const name of ['requests', 'spans', 'batches', 'samples', 'events']) {
    await rewrite(join(dir, `${name}.arrow`), (metadata) => metadata.set('rewritten', 'yes'))
  }
  expect(await openRecording(dir)).toEqual(before)
  const damaged = await sealedDirectory()
  const path = join(damaged, 'spans.arrow')
  const bytes = await readFile(path)
  bytes[bytes.length >> 1]! ^= 1
  await writeFile(path, bytes)
  expect(await failure(damaged)).toMatch(/spans\.arrow is not a readable table: its checksum is not the one in meta/)
})

test('a table that is missing, foreign or empty is an error that names it', async () => {
  const dir = await sealedDirectory()
  await rename(join(dir, 'events.arrow'), join(dir, 'events.bak'))
  expect(await failure(dir)).toMatch(/cannot read .*events\.arrow: no such file or directory$/)
  await writeFile(join(dir, 'events.arrow'), 'PAR1 something else altogether')
  expect(await failure(dir)).toMatch(/events\.arrow is not a readable table: it does not begin like an Arrow file$/)
  await truncate(join(dir, 'events.arrow'))
  expect(await failure(dir)).toMatch(/events\.arrow is not a readable table/)
  await writeFile(join(dir, 'events.arrow'), `ARROW1\0\0${'\xff'.repeat(200)}ARROW1`)
  expect(await failure(dir)).toMatch(/events\.arrow is not a readable table/)
})

test('tables swapped among each other are an error, not a wrong recording', async () => {
  const dir = await sealedDirectory()
  await rename(join(dir, 'events.arrow'), join(dir, 'samples.arrow'))
  await rename(join(dir, 'batches.arrow'), join(dir, 'events.arrow'))
  await writeFile(join(dir, 'batches.arrow'), '')
  expect(await failure(dir)).toMatch(/is not a readable table/)
})

test('a profile that is missing, cut short, foreign or outside the recording is a gap', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  await writeSampleJournals(dir)
  const file = join(dir, 'profiles/101-0.cpuprofile')
  for (const [text, reason] of [
    ['{"nodes": [{"id"', /cut short/],
    ['{"nodes": [], "traceEvents": []}', /not a CPU profile/],
    ['null', /not a CPU profile/],
  ] as const) {
    await writeFile(file, text)
    const { profiles, gaps } = await openRecording(dir)
    expect(profiles).toEqual([])
    expect(gaps.at(-1)).toMatchObject({ kind: 'profile', reason: expect.stringMatching(reason) })
  }
  await rename(file, join(dir, 'elsewhere'))
  expect((await openRecording(dir)).gaps.at(-1)?.reason).toMatch(/no such file/)
})

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'a file without permission is an error',
  async () => {
    const dir = await temporaryDirectory(onTestFinished)
    const name = await writeJournal(dir, {}, [])
    await chmod(join(dir, name), 0)
    expect(await failure(dir)).toMatch(/permission denied$/)
  },
)

test('meta.json is merged field by field, keeps fields of others, and survives a damaged predecessor', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  expect(await readMeta(dir)).toBeNull()
  await writeFile(join(dir, 'meta.json'), JSON.stringify({ formatVersion: 1, note: 'mine' }))
  await writeMeta(dir, { id: 'a', durationMs: 1 })
  await writeMeta(dir, { durationMs: 2 })
  expect(await readMeta(dir)).toEqual({ formatVersion: 1, note: 'mine', id: 'a', durationMs: 2 })
  await writeFile(join(dir, 'meta.json'), '{"id":')
  expect(await readMeta(dir)).toBeNull()
  await writeMeta(dir, { id: 'b' })
  expect(await readMeta(dir)).toEqual({ formatVersion: 1, id: 'b' })
  await writeFile(join(dir, 'meta.json'), JSON.stringify({ formatVersion: 1, clock: { monotonicOriginMs: 'now' } }))
  expect(await readMeta(dir)).toBeNull()
})

test('a recording behind a symbolic link opens, and a folder named like a journal is an error', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  await mkdir(join(dir, 'real'))
  await writeSampleJournals(join(dir, 'real'))
  await symlink(join(dir, 'real'), join(dir, 'link'))
  expect((await openRecording(join(dir, 'link'))).requests.count).toBe(7)
  await mkdir(join(dir, 'real', 'journal-1-1.idj'))
  expect(await failure(join(dir, 'real'))).toMatch(/cannot read .*journal-1-1\.idj: EISDIR$/)
})

async function rewrite(path: string, change: (metadata: Map<string, string>) => void): Promise<void> {
  const { schema, batches } = tableFromIPC(await readFile(path))
  change(schema.metadata)
  await writeFile(path, tableToIPC(new Table(schema, batches), 'file'))
}

async function sealedDirectory(): Promise<string> {
  const dir = await temporaryDirectory(onTestFinished)
  await writeSampleJournals(dir)
  await sealRecording(dir)
  return dir
}

async function failure(dir: string): Promise<string> {
  const error: unknown = await openRecording(dir).catch((thrown: unknown) => thrown)
  if (!(error instanceof DiagError)) throw error
  expect(error.code).toBe('unreadable')
  expect(error.hint).not.toBe('')
  expect(error.message).not.toContain('\n')
  return error.message
}
