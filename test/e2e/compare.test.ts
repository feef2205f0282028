import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Comparison } from '../../core/model/comparison.js'
import { writeSynthetic } from '../support/synthetic-on-disk.js'
import { temporaryDirectory } from '../support/temporary-directory.js'
import { runCli } from './command-line.js'

const SHORT = { durationMs: 8000, warmupMs: 500 }

test('compare says what changed, gates with --check, and prints one JSON document', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  await writeSynthetic(dir, 'json', { ...SHORT, seed: 2 })
  await writeSynthetic(dir, 'binary', { ...SHORT, parseMs: 0.1 })
  await writeSynthetic(dir, 'quiet', { ...SHORT, rate: 100 })

  const better = await runCli(['compare', 'json', 'binary', '--check'], dir)
  expect(better).toMatchObject({ code: 0, stderr: '' })
  expect(better.stdout).toMatch(/^Better: p95 \d+ ms to \d+ ms/)

  const worse = await runCli(['compare', 'binary', 'json', '--check', '--json'], dir)
  expect(worse.code).toBe(9)
  expect(worse.stderr).toBe('error: json is worse than binary\nhint: see why: infer-diag diagnose json\n')
  expect((JSON.parse(worse.stdout) as Comparison).verdict.kind).toBe('worse')

  const neither = await runCli(['compare', 'json', 'quiet', '--check'], dir)
  expect(neither.code).toBe(5)
  expect(neither.stdout).toMatch(/^Not comparable: the load was 200 requests\/s before, 100 after\./)

  const absent = await runCli(['compare', 'json', 'nowhere'], dir)
  expect(absent).toMatchObject({ code: 3, stdout: '' })
})

test('compare --set says what a change was predicted to bring, and brought', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  await writeSynthetic(dir, 'json', { ...SHORT, seed: 2 })
  await writeSynthetic(dir, 'binary', { ...SHORT, parseMs: 0.375 })
  const compared = ['compare', 'json', 'binary', '--set', 'stage.deserialize=0.1x']

  const shown = await runCli([...compared, '-o', 'comparison.html'], dir)
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout.replace(/\s+/g, ' ')).toMatch(
    /With the change the p95 was predicted .* and measured .*, inside the interval \(.* % too (high|low)\), \d+ ms before/,
  )
  expect(shown.stdout).toMatch(/\n\n {2}comparison written to comparison\.html\n$/)
  expect(readFileSync(join(dir, 'comparison.html'), 'utf8')).toContain('The prediction, checked')

  const json = await runCli([...compared, '--json'], dir)
  expect((JSON.parse(json.stdout) as Comparison).verification).toMatchObject({ withinInterval: true })

  const unknown = await runCli(['compare', 'json', 'binary', '--set', 'stage.tokenize=0.1x'], dir)
  expect(unknown).toMatchObject({ code: 2, stdout: '' })
  expect(unknown.stderr).toMatch(/^error: unknown stage 'tokenize'\nhint: this recording has .*deserialize/)
})
