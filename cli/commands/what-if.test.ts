import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { generateLarge } from '../../fixtures/recordings/large.js'
import { writeMeta } from '../../formats/index.js'
import { runProgram } from '../program.js'

let directory = ''
let stdout = ''
let stderr = ''
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'infer-diag-what-if-'))
  await generateLarge(join(directory, 'good'), { requests: 4000, seed: 1, journals: false })
  await generateLarge(join(directory, 'short'), { requests: 200, seed: 1, journals: false })
})
afterAll(() => rm(directory, { recursive: true, force: true }))
beforeEach(() => {
  stdout = ''
  stderr = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text)
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

const whatIf = (name: string, ...args: string[]) =>
  runProgram(['node', 'infer-diag', 'what-if', join(directory, name), ...args])

test('what-if --json gives the baseline, its error and one prediction of all changes together', async () => {
  const changes = ['stage.deserialize=0.5x', 'batch.waitMs=2']
  expect(await whatIf('good', ...changes.flatMap((change) => ['--set', change]), '--json')).toBe('done')
  const { baseline, predictions } = JSON.parse(stdout)
  expect(Math.abs(baseline.calibrationErrorP95)).toBeLessThan(0.15)
  expect(predictions).toHaveLength(1)
  expect(predictions[0]).toMatchObject({ changes, stable: true, extrapolated: false })
  expect(predictions[0].p95Ms).toBeLessThan(baseline.measured.p95Ms)
  expect(predictions[0].p95IntervalMs[0]).toBeLessThan(predictions[0].p95Ms)
  expect(stderr).toBe('')
})

test('what-if in words names the change, the interval, what is assumed and what is extrapolated', async () => {
  expect(await whatIf('good', '--set', 'load=1.05x')).toBe('done')
  expect(stdout).toMatch(/^With load=1\.05x the p95 is predicted to be .* ms \(.*\) instead of .* ms/s)
  expect(stdout).toContain('assumed: service times')
  expect(stdout.replace(/\s+/g, ' ')).toMatch(/to check it, .* infer-diag compare \S+ <again> --set load=1\.05x/)
  expect(stdout).toContain('extrapolated: this leads outside of what was recorded')
})

test('what-if and tune say that a target on the time to the first byte is not predicted, and do not call the SLA met', async () => {
  const sla = { p95Ms: 5000, errorRate: null, percentiles: [{ percentile: 0.95, limitMs: 5000 }] }
  const recording = join(directory, 'good')
  await writeMeta(recording, { sla: { ...sla, ttft: [{ percentile: 0.95, limitMs: 300 }] } })
  const unpredicted = 'not predicted: ttft.p95; whole answers are simulated, not when their first byte comes'
  expect(await whatIf('good', '--set', 'load=0.9x')).toBe('done')
  expect(stdout.replace(/\s+/g, ' ')).toContain(unpredicted)
  expect(stdout).not.toContain('the SLA is met')
  stdout = ''
  expect(await whatIf('good', '--set', 'load=0.9x', '--json')).toBe('done')
  expect(JSON.parse(stdout)).toMatchObject({
    baseline: { unpredictedTargets: ['ttft.p95'] },
    predictions: [{ slaMet: null }],
  })
  stdout = ''
  expect(await runProgram(['node', 'infer-diag', 'tune', recording])).toBe('done')
  expect(stdout.replace(/\s+/g, ' ')).toContain('Least effort that meets the p95 of the SLA: ')
  expect(stdout.replace(/\s+/g, ' ')).toContain(unpredicted)
  await writeMeta(recording, { sla })
  stdout = ''
  expect(await whatIf('good', '--set', 'load=0.9x')).toBe('done')
  expect(stdout.replace(/\s+/g, ' ')).toContain('; the SLA is met.')
  expect(stdout).not.toContain('not predicted')
  expect(await runProgram(['node', 'infer-diag', 'tune', recording, '--sla', 'ttft.p95=1s'])).toBe('usage')
  expect(stderr).toContain('--sla: no simulation predicts the time to the first byte (ttft)')
})

test('what-if of a load that the service cannot carry says so', async () => {
  expect(await whatIf('good', '--set', 'load=3x')).toBe('done')
  expect(stdout).toMatch(/^With load=3x the load is unstable:/)
  expect(stdout).not.toMatch(/NaN|null|simulated changed/)
})

test('a withheld prediction is a void measurement, with the reason on both channels', async () => {
  expect(await whatIf('short', '--set', 'load=0.9x', '--json')).toBe('void')
  expect(JSON.parse(stdout)).toEqual({ withheld: expect.stringContaining('at least 500 are needed'), baseline: null })
  expect(stderr).toContain('error: no prediction: ')
})

test('a change that is none is a usage error that shows the grammar', async () => {
  expect(await whatIf('good', '--set', 'colour=red')).toBe('usage')
  expect(stderr).toContain("--set got 'colour=red', wanted a change")
  expect(stderr).toContain('stage.deserialize=0.1x')
})
