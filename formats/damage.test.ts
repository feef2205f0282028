import { readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DiagError } from '../core/errors.js'
import { RECORD_BYTES } from '../core/model/journal-layout.js'
import { NO_INDEX, NO_ROW, type Recording } from '../core/model/recording.js'
import { type Random, seededRandom } from '../core/stats/random.js'
import { writeSampleJournals } from '../test/support/sample-recording.js'
import { temporaryDirectory } from '../test/support/temporary-directory.js'
import { openRecording, sealRecording } from './index.js'

test('a journal cut at any byte opens, with all that came before the cut', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  await writeSampleJournals(dir)
  const path = join(dir, 'journal-101-0.idj')
  const whole = await readFile(path)
  let before = -1
  for (let bytes = RECORD_BYTES; bytes < whole.length; bytes += 61) {
    await writeFile(path, whole.subarray(0, bytes))
    const recording = await openRecording(dir)
    checkIndices(recording)
    expect(recording.spans.count).toBeGreaterThanOrEqual(before)
    expect(recording.gaps.some(({ kind }) => kind === 'torn-tail')).toBe(bytes % RECORD_BYTES !== 0)
    before = recording.spans.count
  }
})

test('random damage to journals and tables ends in a recording whose rows are sound, or in a DiagError', async () => {
  const random = seededRandom(11)
  for (const sealed of [false, true]) {
    const dir = await temporaryDirectory(onTestFinished)
    await writeSampleJournals(dir)
    if (sealed) await sealRecording(dir)
    const names = (await readdir(dir)).filter((name) => /\.(idj|arrow|json)$/.test(name))
    for (let round = 0; round < 60; round++) {
      const path = join(dir, names[Math.floor(random() * names.length)]!)
      const whole = await readFile(path)
      await writeFile(path, damage(whole, random))
      if (random() < 0.2) await truncate(path, Math.floor(random() * whole.length))
      const outcome = await openRecording(dir).catch((error: unknown) => error)
      if (!(outcome instanceof DiagError)) checkIndices(outcome as Recording)
      await writeFile(path, whole)
    }
  }
})

function damage(whole: Uint8Array, random: Random): Uint8Array {
  const bytes = Uint8Array.from(whole)
  for (let hit = 0; hit < 8; hit++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
  return bytes
}

/** Whatever the bytes were, no column may point outside what it indexes. */
function checkIndices(recording: Recording): void {
  const { requests, spans, batches, events, samples, stages, routes, threads, devices, meta } = recording
  expectWithin(spans.request.subarray(0, spans.count), requests.count, NO_ROW)
  expectWithin(spans.batch.subarray(0, spans.count), batches.count, NO_ROW)
  expectWithin(spans.stage.subarray(0, spans.count), stages.length)
  expectWithin(spans.thread.subarray(0, spans.count), threads.length, NO_INDEX)
  expectWithin(requests.route.subarray(0, requests.count), routes.length, NO_INDEX)
  expectWithin(requests.process.subarray(0, requests.count), meta.processes.length, NO_INDEX)
  expectWithin(batches.device.subarray(0, batches.count), devices.length, NO_INDEX)
  expectWithin(samples.series.subarray(0, samples.count), samples.seriesInfo.length)
  expectWithin(events.kind.subarray(0, events.count), events.kinds.length)
  expectWithin(events.detail.subarray(0, events.count), events.details.length, NO_INDEX)
}

function expectWithin(values: Iterable<number>, length: number, none = -1): void {
  const outside = [...values].filter((value) => value >= length && value !== none)
  expect(outside).toEqual([])
}
