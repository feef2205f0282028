import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeSynthetic } from '../support/synthetic-on-disk.js'
import { temporaryDirectory } from '../support/temporary-directory.js'
import { runCli } from './command-line.js'

test('tune ranks what to change, in 80 columns, as one JSON document, and as a page that stands alone', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  await writeSynthetic(dir, 'mini', { durationMs: 15_000, rate: 210 })

  const shown = await runCli(['tune', 'mini', '--sla', 'p95=60ms', '-o', 'tune.html'], dir)
  expect(shown).toMatchObject({ code: 0, stderr: '' })
  expect(shown.stdout).toMatch(/^Least effort that meets the SLA: tensors in a binary encoding/)
  expect(shown.stdout).toContain('* extrapolated')
  expect(shown.stdout).toMatch(/\n\n {2}ranked changes written to tune\.html\n$/)
  expect(Math.max(...shown.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)

  const page = await readFile(join(dir, 'tune.html'), 'utf8')
  expect(page).toContain('<h1>Tensors in a binary encoding: p95')
  expect(page).toContain('p95 by largest batch and longest wait')
  expect(page).not.toMatch(/(?:src|href)="https?:/)

  const printed = await runCli(['tune', 'mini', '--json', '--try', 'batch.max=32'], dir)
  const found = JSON.parse(printed.stdout) as { predictions: { changes: string[] }[]; surface: object | null }
  expect(found.predictions.map(({ changes }) => changes[0])).toContain('batch.max=32')
  expect(found.surface).not.toBeNull()
})

test('tune gives no ranking of a recording that it cannot replay, and refuses a change that it cannot read', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  await writeSynthetic(dir, 'short', { durationMs: 1000, warmupMs: 0 })

  const withheld = await runCli(['tune', 'short'], dir)
  expect(withheld).toMatchObject({ code: 5, stdout: '' })
  expect(withheld.stderr).toMatch(
    /^error: no prediction: \d+ requests, at least 500 are needed.*\nhint: .*: infer-diag diagnose short\n$/,
  )

  await writeSynthetic(dir, 'mini', { durationMs: 5000 })
  const misspelt = await runCli(['tune', 'mini', '--try', 'batch.maximum=9'], dir)
  expect(misspelt).toMatchObject({ code: 2, stdout: '' })
  expect(misspelt.stderr).toMatch(/^error: .*batch\.maximum=9.*\nhint: /)
})
