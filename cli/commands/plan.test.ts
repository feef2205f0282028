import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { temporaryDirectory } from '../../test/support/temporary-directory.js'
import { runProgram } from '../program.js'

let stdout = ''
let stderr = ''
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

const plan = (line: string) => runProgram(['node', 'infer-diag', 'plan', ...line.split(' ')])

test('plan batch prints one JSON document with every setting and both estimates', async () => {
  expect(await plan('batch --overhead 6ms --per-item 4ms --rate 200 --sla p95=120ms --json')).toBe('done')
  const { maxRps, options, recommended } = JSON.parse(stdout)
  expect(maxRps).toBe(250)
  expect(options).toHaveLength(32)
  expect(
    options.find((one: { maxBatch: number; maxWaitMs: number }) => one.maxBatch === 8 && one.maxWaitMs === 20),
  ).toEqual(expect.objectContaining({ serviceMs: 38, approxP95Ms: 58, stable: true, slaMet: false }))
  expect(recommended).toBeNull()
  expect(stderr).toBe('')
})

test('plan batch says in words that a load is unstable', async () => {
  await plan('batch --overhead 6ms --per-item 4ms --rate 260')
  expect(stdout).toMatch(/^Unstable: 260 requests\/s are more than any setting serves/)
  expect(stdout).not.toMatch(/NaN|Infinity|null/)
})

test('plan instances works the exercise in the terminal', async () => {
  await plan('instances --service 12ms --concurrency 2 --utilization 0.7 --rate 600 --headroom 20%')
  expect(stdout).toMatch(/^7 instances of 117 requests\/s each for 750 requests\/s\.\n/)
  expect(stdout).toContain('unstable: the queue grows without bound')
})

test('plan autoscale compares cold, gated and spare instances, and the signals', async () => {
  const line =
    'autoscale --service 40ms --concurrency 4 --rate 200 --spike 3x --cold-start 3s --every 5s --sla p95=250ms'
  expect(await plan(line)).toBe('done')
  expect(stdout).toMatch(
    /^Scaling on queue alone fails \d+(\.\d)? % of the spike; \d warm instances keep p95 within\n250 ms/,
  )
  expect(stdout).toContain('CPU alone is too late')
  expect(stdout).not.toMatch(/NaN|Infinity|null|undefined/)
  for (const one of stdout.split('\n')) expect(one.length).toBeLessThanOrEqual(80)
  stdout = ''
  await plan(`${line} --json`)
  expect(JSON.parse(stdout)).toMatchObject({ slaMet: true, approximation: { instancesBefore: 3 } })
})

test.each([
  ['batch --overhead 6ms --per-item 4ms --rate 150 --max-batch 4,8 --max-wait 0ms,10ms', 'p95 over batch size'],
  ['instances --service 12ms --concurrency 2', 'Latency over the rate'],
  ['autoscale --service 40ms --rate 20 --every 5s', 'instances ready'],
  ['littles-law --rate 100 --latency 40ms', 'In flight over the rate'],
])('plan %s draws its chart on request', async (line, title) => {
  const directory = await temporaryDirectory(onTestFinished)
  const file = join(directory, 'plan.html')
  expect(await plan(`${line} -o ${file}`)).toBe('done')
  expect(stdout).toMatch(/\n\n {2}charts written to \S+plan\.html\n$/)
  const page = readFileSync(file, 'utf8').split('</main>')[0]!.split('<main')[1]!
  expect(page).toContain(title)
  expect(page).toContain('from numbers alone: nothing was measured')
  expect(page).not.toMatch(/NaN|undefined/)
})

test('plan batch shows a rate below one request a second', async () => {
  await plan('batch --overhead 6ms --per-item 4ms --rate 0.0001')
  expect(stdout).toContain('0.0001 requests/s')
})

test('a page that is there is replaced only with --force', async () => {
  const file = join(await temporaryDirectory(onTestFinished), 'batch.html')
  const line = `batch --overhead 6ms --per-item 4ms --rate 20 --max-batch 4 --max-wait 0ms -o ${file}`
  expect(await plan(line)).toBe('done')
  expect(await plan(line)).toBe('usage')
  expect(stderr).toBe(`error: ${file} exists already\nhint: choose another -o, or add --force\n`)
  stdout = ''
  expect(await plan(`${line} --force --json`)).toBe('done')
  expect(JSON.parse(stdout)).toHaveProperty('options')
})

test('plan littles-law finds the missing one and reports a contradiction', async () => {
  await plan('littles-law --rate 100 --latency 40ms')
  expect(stdout).toMatch(/^In flight: 4\.\n/)
  await plan('littles-law --rate 100 --latency 40ms --in-flight 9')
  expect(stdout).toContain('The three disagree')
})

test.each([
  ['autoscale --service 5ms --rate 9 --signal gpu', "--signal got 'gpu', wanted one of queue, latency, cpu"],
  [
    'autoscale --service 5s --rate 9000',
    'a spike of 3 times 9,000/s is 2,430,000 requests on 192,858 instances, at most 2,000,000 on 500 are simulated',
  ],
  [
    'autoscale --service 5ms --rate 9 --spike 0.5',
    "--spike got '0.5', wanted how many times the rate the spike is, from 1",
  ],
  [
    'instances --service 5ms --service-cv 50',
    "--service-cv got '50', wanted the standard deviation of service times over their mean, from 0 to 10",
  ],
  ['littles-law --rate 5', 'got fewer than two of --rate, --latency and --in-flight'],
  ['instances --service 0', "--service got '0', wanted more than 0"],
  ['instances --service 5ms --headroom 100%', '--headroom got 100%, wanted less'],
  ['instances --service 5ms --utilization 0', '--utilization got 0, wanted more'],
  ['batch --overhead 6ms --per-item 4ms --rate 9 --max-batch 0', "--max-batch got '0', wanted 1 to 4096"],
  ['batch --overhead 6ms --per-item 4ms --rate 9 --sla errors=1%', "--sla got 'errors=1%', wanted a p95"],
])('plan %s is a usage error', async (line, fact) => {
  expect(await plan(line)).toBe('usage')
  expect(stderr).toContain(`error: ${fact}\n`)
  expect(stdout).toBe('')
})

const EXERCISES = readFileSync(new URL('../../docs/exercises.md', import.meta.url), 'utf8')
const shown = [...EXERCISES.matchAll(/^```\n\$ infer-diag plan (.+)\n([\s\S]*?)^```$/gm)]

test.each(shown.map(([, line, text]) => [line!, text!]))(
  'plan %s prints what the exercises show',
  async (line, text) => {
    expect(await plan(line)).toBe('done')
    expect(stdout).toBe(text)
  },
)

test('the exercises show every plan', () => {
  expect(new Set(shown.map(([, line]) => line!.split(' ')[0]))).toEqual(
    new Set(['littles-law', 'instances', 'batch', 'autoscale']),
  )
})

test('plan autoscale refuses to look more often than can be simulated', async () => {
  expect(await plan('autoscale --service 40ms --rate 200 --every 0.001ms')).toBe('usage')
  expect(stderr).toMatch(/^error: --every got '0.001ms': .+\nhint: .+\n$/)
})
