import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openRecording } from '../../formats/index.js'
import { writeSynthetic } from '../../test/support/synthetic-on-disk.js'
import { temporaryDirectory } from '../../test/support/temporary-directory.js'
import { recordedLevels } from './level-recordings.js'
import type { LoadPlan } from './plan.js'
import type { LabelledLevel } from './task.js'

test('levels that were recorded stay where another one cannot be, and the reason comes with them', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const session = await writeSynthetic(dir, 'session', { durationMs: 3000, warmupMs: 500 })
  const originMs = (await openRecording(session)).meta.clock.monotonicOriginMs
  const level = (rate: number, fromMs: number) =>
    ({ rate, warmupMs: 0, measuredFromMs: originMs + fromMs, measuredToMs: originMs + fromMs + 500 }) as LabelledLevel
  const plan = {
    directory: dir,
    request: { url: new URL('http://127.0.0.1/'), method: 'GET', headers: {}, body: null, insecure: false },
    task: { kind: 'steps', arrivals: 'poisson', rates: [40, 80], durationMs: 500 },
  } satisfies Pick<LoadPlan, 'directory' | 'request' | 'task'>
  writeFileSync(join(dir, 'level-2-80rps'), 'mine')

  const { recorded, failure } = await recordedLevels(plan, session, [level(40, 500), level(80, 1500)])
  expect(recorded.map(({ recording }) => recording)).toEqual(['level-1-40rps'])
  expect((await openRecording(join(dir, 'level-1-40rps'))).requests.count).toBeGreaterThan(10)
  expect(failure).toMatchObject({ code: 'EEXIST' })
  expect(readFileSync(join(dir, 'level-2-80rps'), 'utf8')).toBe('mine')
})
