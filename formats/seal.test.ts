import { copyFile, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import { expect, onTestFinished, test } from 'vitest'
import { DiagError } from '../core/errors.js'
import { JournalBuffer } from '../core/model/journal-buffer.js'
import { writeJournal } from '../test/support/journal-file.js'
import { SAMPLE_PROFILE, writeSampleJournals } from '../test/support/sample-recording.js'
import { temporaryDirectory } from '../test/support/temporary-directory.js'
import { openRecording, readMeta, sealRecording, writeMeta } from './index.js'

const TABLE_FILES = ['batches.arrow', 'events.arrow', 'requests.arrow', 'samples.arrow', 'spans.arrow']

test('a sealed recording is the recording that the journals were', async () => {
  const dir = await sampleDirectory()
  await writeMeta(dir, { id: 'r1', startedAt: '2026-01-01T00:00:00.000Z', durationMs: 600 })
  const before = await openRecording(dir)
  await sealRecording(dir)
  expect(await readdir(dir)).toEqual([...TABLE_FILES, 'meta.json', 'profiles'].sort())
  expect(await openRecording(dir)).toEqual(before)
  expect(before.requests.count).toBe(7)
  expect(before.profiles.map(({ profile }) => profile)).toEqual([SAMPLE_PROFILE])
})

test('the tables show names, and null where nothing was measured', async () => {
  const dir = await sampleDirectory()
  await sealRecording(dir)
  const table = async (name: string) => tableFromIPC(await readFile(join(dir, `${name}.arrow`)))
  const requests = await table('requests')
  expect(requests.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toMatchInlineSnapshot(`
    [
      "scheduledMs: Float64",
      "sentMs: Float64",
      "firstByteMs: Float64",
      "clientEndMs: Float64",
      "serverStartMs: Float64",
      "serverEndMs: Float64",
      "status: Uint16",
      "outcome: Dictionary<Int8, Utf8>",
      "phase: Dictionary<Int8, Utf8>",
      "bytesIn: Float64",
      "bytesOut: Float64",
      "route: Dictionary<Int16, Utf8>",
      "process: Uint16",
    ]
  `)
  const refused = requests.get(6)?.toJSON()
  expect(refused).toMatchObject({ outcome: 'refused', phase: 'measured', route: null, process: null, status: null })
  expect(refused?.serverStartMs).toBeNull()
  const spans = await table('spans')
  expect(spans.schema.fields.map(({ name }) => name)).toContain('loopIdleDeltaMs')
  expect(spans.get(1)?.toJSON()).toMatchObject({ stage: 'deserialize', thread: '101/main', batch: null, cpuMs: 4 })
  expect(spans.getChild('cpuMs')?.nullCount).toBeGreaterThan(0)
  const samples = await table('samples')
  expect([...samples].map((row) => row.toJSON().value)).toEqual([0.5, 0.5, null])
  expect((await table('batches')).get(0)?.toJSON()).toMatchObject({
    device: 'gpu0',
    reason: 'timeout',
    thread: '101/device',
  })
})

test('sealing twice changes nothing, and finishes a sealing that died while it deleted journals', async () => {
  const dir = await sampleDirectory()
  const kept = await temporaryDirectory(onTestFinished)
  await copyFile(join(dir, 'journal-101-0.idj'), join(kept, 'journal-101-0.idj'))
  await sealRecording(dir)
  const once = await readFile(join(dir, 'spans.arrow'))
  const sealed = await openRecording(dir)
  await copyFile(join(kept, 'journal-101-0.idj'), join(dir, 'journal-101-0.idj'))
  expect(await openRecording(dir)).toEqual(sealed)
  await sealRecording(dir)
  expect(await readdir(dir)).not.toContain('journal-101-0.idj')
  expect(await readFile(join(dir, 'spans.arrow'))).toEqual(once)
})

test('tables without their meta.json do not count while the journals are there', async () => {
  const dir = await sampleDirectory()
  const journals = await openRecording(dir)
  const tables = await sampleDirectory()
  await sealRecording(tables)
  await copyFile(join(tables, 'requests.arrow'), join(dir, 'requests.arrow'))
  await writeFile(join(dir, 'spans.arrow.tmp'), 'half')
  expect(await openRecording(dir)).toEqual(journals)
})

test('a journal written on after sealing is kept and shows as a gap', async () => {
  const dir = await sampleDirectory()
  await sealRecording(dir)
  const late = new JournalBuffer()
  late.request({ route: 'GET /', status: 200, startMs: 2000, endMs: 2001, request: 1 })
  await writeJournal(dir, { pid: 101 }, [late], 7)
  await sealRecording(dir)
  const { gaps, requests } = await openRecording(dir)
  expect(requests.count).toBe(7)
  expect(gaps.at(-1)).toMatchObject({ kind: 'late-journal', reason: expect.stringContaining('journal-101-7.idj') })
})

test('a damaged meta.json is a gap: tables bring a copy of it, journals do without', async () => {
  const dir = await sampleDirectory()
  await writeMeta(dir, { id: 'known' })
  const broken = await temporaryDirectory(onTestFinished)
  for (const name of await readdir(dir)) {
    if (name.endsWith('.idj')) await copyFile(join(dir, name), join(broken, name))
  }
  await mkdir(join(broken, 'profiles'))
  await writeFile(join(broken, 'meta.json'), '{"id": "kno')
  const fromJournals = await openRecording(broken)
  expect(fromJournals.requests.count).toBe(7)
  expect(fromJournals.gaps.map(({ kind }) => kind)).toEqual(['sampler:gpu', 'profile', 'meta'])

  await sealRecording(dir)
  const sealed = await openRecording(dir)
  await writeFile(join(dir, 'meta.json'), '[]')
  const recovered = await openRecording(dir)
  expect(recovered).toEqual({ ...sealed, gaps: [...sealed.gaps, expect.objectContaining({ kind: 'meta' })] })
  await rm(join(dir, 'meta.json'))
  expect((await openRecording(dir)).meta).toEqual(sealed.meta)
  await sealRecording(dir)
  expect((await readMeta(dir))?.id).toBe('known')
})

test('a truncated table is an error with a hint, or a gap while the journals are there', async () => {
  const dir = await sampleDirectory()
  const journals = await sampleDirectory()
  await sealRecording(dir)
  const sealed = await openRecording(dir)
  await truncate(join(dir, 'spans.arrow'), 1000)
  await expect(openRecording(dir)).rejects.toThrow(
    /spans\.arrow is not a readable table: it is cut short at 1000 bytes/,
  )
  for (const name of await readdir(journals)) {
    if (name.endsWith('.idj')) await copyFile(join(journals, name), join(dir, name))
  }
  const recovered = await openRecording(dir)
  expect(recovered.spans).toEqual(sealed.spans)
  expect(recovered.gaps.at(-1)?.kind).toBe('tables')
})

test.skipIf(process.platform !== 'linux')('a full disk leaves the journals and says so', async () => {
  const dir = await sampleDirectory()
  const before = await openRecording(dir)
  await symlink('/dev/full', join(dir, 'batches.arrow.tmp'))
  const failure: unknown = await sealRecording(dir).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(DiagError)
  expect(failure).toMatchObject({ message: expect.stringContaining('no space left on the device') })
  expect(failure).toMatchObject({ hint: expect.stringContaining('journals are kept') })
  expect((await readdir(dir)).filter((name) => name.includes('.arrow'))).toEqual([])
  expect(await openRecording(dir)).toEqual(before)
})

async function sampleDirectory(): Promise<string> {
  const dir = await temporaryDirectory(onTestFinished)
  await writeSampleJournals(dir)
  return dir
}
