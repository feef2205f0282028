import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { synthesize } from '../fixtures/recordings/synthetic.js'
import { temporaryDirectory } from '../test/support/temporary-directory.js'
import { openRecording, writeRecording } from './index.js'

const recording = synthesize({ durationMs: 1000, warmupMs: 100 })

test('a recording in memory becomes one on disk', async () => {
  const dir = join(await temporaryDirectory(onTestFinished), 'written')
  await writeRecording(dir, recording)
  expect((await openRecording(dir)).requests.count).toBe(recording.requests.count)
})

test('of one that cannot be written nothing is left', async () => {
  const dir = join(await temporaryDirectory(onTestFinished), 'written')
  const unnameable = { thread: 0, startMs: 0, endMs: 1, file: 'a\0b', profile: {} as never }
  await expect(writeRecording(dir, { ...recording, profiles: [unnameable] })).rejects.toThrow()
  expect(existsSync(dir)).toBe(false)
})
