import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  COMMON,
  HEADER,
  JOURNAL_MAGIC,
  KIND,
  RECORD_BYTES,
  SAMPLE,
  TEXT,
  WRITER,
} from '../../core/model/journal-layout.js'

type SamplerThread = typeof import('./sampler-thread.js')

// A worker needs JavaScript: what the build makes of these two files, in a directory of the test's.
let built = ''
let startSamplerThread: SamplerThread['startSamplerThread']
beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), 'infer-diag-thread-'))
  const entryPoints = ['sampler-thread', 'sampler-thread-main'].map((name) => join(import.meta.dirname, `${name}.ts`))
  await build({
    entryPoints,
    outdir: built,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outExtension: { '.js': '.js' },
  })
  const url = pathToFileURL(join(built, 'sampler-thread.js')).href
  startSamplerThread = ((await import(/* @vite-ignore */ url)) as SamplerThread).startSamplerThread
})
afterAll(() => rmSync(built, { recursive: true, force: true }))

test('the thread writes a journal that is readable while it runs and complete when it stopped', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'infer-diag-samples-'))
  const options = { dir, rootPid: process.pid, intervalMs: 20, nvidiaSmi: '/nonexistent/nvidia-smi' }
  const thread = await startSamplerThread(options)
  const path = join(dir, readdirSync(dir)[0])
  const deadline = performance.now() + 20_000
  while (journal(path).samples.length < 20 && performance.now() < deadline) await new Promise((r) => setTimeout(r, 20))
  const early = journal(path)
  await new Promise((resolve) => setTimeout(resolve, 100))
  await thread.stop()
  const { header, samples, gaps } = journal(path)
  rmSync(dir, { recursive: true, force: true })
  expect(readdirName(path)).toBe(`journal-outside-${process.pid}.idj`)
  expect(header).toEqual({ magic: JOURNAL_MAGIC, writer: WRITER.outside, pid: process.pid })
  expect(early.samples.length).toBeGreaterThanOrEqual(20)
  expect(samples.length).toBeGreaterThan(early.samples.length)
  expect(samples.map(({ metric }) => metric)).toContain('host.cpu')
  expect(samples.find(({ metric }) => metric === 'process.rss')?.instance).toBe(String(process.pid))
  const nowMs = Number(process.hrtime.bigint()) / 1e6
  for (const { tMs } of samples) expect(nowMs - tMs).toBeLessThan(60_000)
  expect(gaps).toContain('sampler:gpu')
})

test('a directory that is not there is an error at the start', async () => {
  await expect(startSamplerThread({ dir: join(built, 'none'), rootPid: process.pid })).rejects.toThrow('ENOENT')
})

function readdirName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The reader of formats/ is another part's; this one follows the layout for what the test asks. */
function journal(path: string) {
  const bytes = readFileSync(path)
  const names = new Map<number, string>([[0, '']])
  const samples: { metric: string; instance: string; tMs: number }[] = []
  const gaps: string[] = []
  for (let at = RECORD_BYTES; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    const kind = bytes.readUInt8(at)
    const name = bytes.readUInt16LE(at + COMMON.name)
    if (kind === KIND.text) {
      const chunk = bytes
        .subarray(at + TEXT.bytes, at + RECORD_BYTES)
        .toString()
        .replace(/\0+$/, '')
      names.set(name, (bytes.readUInt8(at + TEXT.chunk) === 0 ? '' : (names.get(name) ?? '')) + chunk)
    } else if (kind === KIND.sample) {
      const instance = names.get(bytes.readUInt16LE(at + SAMPLE.instance)) ?? ''
      samples.push({ metric: names.get(name) ?? '', instance, tMs: bytes.readDoubleLE(at + SAMPLE.tMs) })
    } else if (kind === KIND.gap) gaps.push(names.get(name) ?? '')
  }
  const header = {
    magic: bytes.readUInt32LE(HEADER.magic),
    writer: bytes.readUInt16LE(HEADER.writer),
    pid: bytes.readUInt32LE(HEADER.pid),
  }
  return { header, samples, gaps }
}
