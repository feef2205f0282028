import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { writeVerification } from '../../formats/index.js'
import { writeSynthetic } from '../support/synthetic-on-disk.js'
import { temporaryDirectory } from '../support/temporary-directory.js'
import { verificationOf } from '../support/verification.js'
import { runCli } from './command-line.js'

const SHORT = { durationMs: 3000, warmupMs: 500 }
const CHECKED = 'With both changes the p95 was predicted 14 ms (13 to 15 ms) and measured 14 ms'

/** Writes a recording `slow` that keeps a verification by another one, `fixed`. */
async function keptIn(dir: string): Promise<string> {
  const slow = await writeSynthetic(dir, 'slow', { ...SHORT, seed: 2 })
  await writeVerification(slow, { verification: verificationOf(), recordings: { before: 'slow', after: 'fixed' } })
  return slow
}

test('what a recording keeps of its changes is in a report made anew, and in the diagnosis', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const slow = await keptIn(dir)

  expect(await runCli(['report', 'slow'], dir)).toMatchObject({ code: 0, stderr: '' })
  const report = readFileSync(join(slow, 'report.html'), 'utf8')
  expect(report).toContain('The prediction, checked')
  expect(report).toContain(CHECKED)

  const shown = await runCli(['diagnose', 'slow'], dir)
  expect(shown.stdout.replace(/\s+/g, ' ')).toContain(CHECKED)
  const json = await runCli(['diagnose', 'slow', '--json'], dir)
  expect((JSON.parse(json.stdout) as Diagnosis).verification).toMatchObject({ changes: verificationOf().changes })
})

test('what a recording keeps of its changes is in its postmortem, but not in one of other changes', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  await keptIn(dir)
  for (const name of ['fixed', 'other']) await writeSynthetic(dir, name, { ...SHORT, parseMs: 0.1 })
  const postmortem = async (...options: string[]) => {
    expect(await runCli(['postmortem', 'slow', '-o', 'postmortem', '--force', ...options], dir)).toMatchObject({
      code: 0,
    })
    return readFileSync(join(dir, 'postmortem', 'postmortem.md'), 'utf8')
  }

  const alone = await postmortem()
  expect(alone).toContain(CHECKED)
  expect(alone).toContain('| predicted | 8 ms | 14 ms | 17 ms | 13 to 15 ms |')
  const own = await postmortem('--after', 'fixed')
  expect(own).toContain(CHECKED)
  expect(own).toContain('### Measured effect')
  expect(await postmortem('--after', 'other')).not.toMatch(/the p95 was predicted|\| predicted \|/)
  expect(await postmortem('--after', 'fixed', '--set', 'stage.deserialize=0.03x')).toContain('With the change the p95')
})

test('one that cannot be read is said to be so, and the recording is reported without it', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const kept = await writeSynthetic(dir, 'slow', { ...SHORT, seed: 2 })
  writeFileSync(join(kept, 'verification.json'), '{"formatVersion": 1, "chan')
  const reason = 'verification.json could not be read: not JSON: cut short, or not a verification'

  expect(await runCli(['report', 'slow'], dir)).toMatchObject({ code: 0, stderr: '' })
  const report = readFileSync(join(kept, 'report.html'), 'utf8')
  expect(report).toContain(reason)
  expect(report).not.toContain('The prediction, checked')
  expect((await runCli(['diagnose', 'slow'], dir)).stdout.replace(/\s+/g, ' ')).toContain(reason)
  const { quality, recording } = JSON.parse((await runCli(['diagnose', 'slow', '--json'], dir)).stdout) as Diagnosis
  expect(recording.gaps).toContainEqual({ kind: 'verification', count: 1, reason })
  expect(quality.find(({ id }) => id === 'gaps')!.ok).toBe(true)
  expect(await runCli(['postmortem', 'slow'], dir)).toMatchObject({ code: 0, stderr: '' })
})
