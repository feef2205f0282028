import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { collect } from './collected.js'
import { gpu } from './gpu.js'
import type { RunningSampler } from './sampler.js'

let directory = ''
const stops: (() => void | Promise<void>)[] = []
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'infer-diag-gpu-'))
})
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
  rmSync(directory, { recursive: true, force: true })
})

test('rows of the stream become samples of each device while it runs', async () => {
  const { samples, until } = run(`
    echo "$@" > "$DIR/arguments"
    while :; do
      echo "0, 0, 451, [N/A], 345, 1980, 28, 0x0000000000000001"
      echo "1, 87 %, 40000 MiB, 512.30 W, 1700, 1980, 79, 0x0000000000000020"
      sleep 0.02
    done`)
  await until(() => (samples['gpu.utilization gpu1']?.length ?? 0) >= 3)
  expect(samples['gpu.utilization gpu0'].slice(0, 2)).toEqual([0, 0])
  expect(samples['gpu.utilization gpu1'][0]).toBe(0.87)
  expect(samples['gpu.throttled gpu0'][0]).toBe(0)
  expect(samples['gpu.throttled gpu1'][0]).toBe(1)
  expect(samples['gpu.power gpu0']).toBeUndefined()
  expect(samples['gpu.power gpu1'][0]).toBe(512.3)
  const args = readFileSync(join(directory, 'arguments'), 'utf8')
  expect(args).toContain('--query-gpu=index,utilization.gpu,')
  expect(args).toContain('--format=csv,noheader,nounits -lms 10')
})

test('figures that a device does not give are said once, by field', async () => {
  const { gaps, samples, until } = run(`
    while :; do echo "0, [N/A], 451, 60, 345, 1980, 28, [Not Supported]"; sleep 0.02; done`)
  await until(() => (samples['gpu.power gpu0']?.length ?? 0) >= 3)
  expect(gaps).toEqual([
    'gpu: nvidia-smi gives utilization.gpu of gpu0 as "[N/A]"',
    'gpu: nvidia-smi gives clocks_throttle_reasons.active of gpu0 as "[Not Supported]"',
  ])
})

test('a machine without nvidia-smi, and one without a device, are not measured', async () => {
  const missing = collect({ nvidiaSmi: join(directory, 'none') })
  stops.push(() => (gpu.start(missing.context) as RunningSampler).stop?.())
  const { gaps, until } = run('echo "No devices were found"; exit 6')
  await until(() => gaps.length > 0)
  expect(gaps).toEqual(['gpu: nvidia-smi ended (exit code 6): No devices were found'])
  const started = gpu.start(missing.context) as RunningSampler
  await until(() => missing.gaps.length > 0)
  expect(missing.gaps[0]).toContain('is not installed')
  await started.stop?.()
})

test('a stream that dies is started again, and the gap says so', async () => {
  const { samples, gaps, until } = run(`
    echo x >> "$DIR/starts"
    echo "0, 10, 1, 1, 1, 1, 1, 0x0"
    test $(wc -l < "$DIR/starts") -ge 2 || exit 9
    while :; do echo "0, 20, 1, 1, 1, 1, 1, 0x0"; sleep 0.02; done`)
  await until(() => samples['gpu.utilization gpu0']?.includes(0.2))
  expect(gaps).toEqual(['gpu: nvidia-smi ended (exit code 9)'])
})

test('a stream that keeps dying is left alone after five restarts', async () => {
  const { gaps, until } = run('echo x >> "$DIR/starts"; echo "0, 10, 1, 1, 1, 1, 1, 0x0"; kill -9 $$')
  await until(() => gaps.length === 2)
  expect(gaps).toEqual([
    'gpu: nvidia-smi ended (SIGKILL)',
    'gpu: nvidia-smi ended 6 times and is left alone from here on',
  ])
  expect(readFileSync(join(directory, 'starts'), 'utf8').match(/x/g)).toHaveLength(6)
})

test('garbage between rows is passed over and said once', async () => {
  const { samples, gaps, until } = run(`
    echo "0, 10, 1, 1, 1, 1, 1, 0x0"; head -c 3000 /dev/zero; echo; echo "%%%, ,"
    while :; do echo "0, 20, 1, 1, 1, 1, 1, 0x0"; sleep 0.02; done`)
  await until(() => samples['gpu.utilization gpu0']?.includes(0.2))
  expect(gaps).toEqual(['gpu: nvidia-smi printed lines that are not rows of its table'])
})

test('a driver that does not know a field is asked again without it', async () => {
  const { samples, gaps, until } = run(`
    case "$*" in *clocks_throttle_reasons*)
      echo 'Field "clocks_throttle_reasons.active" is not a valid field to query.'; echo; exit 2;; esac
    while :; do echo "0, 20, 1, 1, 1, 1, 1"; sleep 0.02; done`)
  await until(() => samples['gpu.utilization gpu0']?.includes(0.2))
  expect(gaps).toEqual(['gpu: this nvidia-smi does not know clocks_throttle_reasons.active'])
})

test('stopping ends the process, even one that ignores the first signal', async () => {
  const { samples, stop, until } = run(`
    trap "" TERM; echo $$ > "$DIR/pid"
    while :; do echo "0, 20, 1, 1, 1, 1, 1, 0x0"; sleep 0.02; done`)
  await until(() => samples['gpu.utilization gpu0']?.includes(0.2))
  const pid = Number(readFileSync(join(directory, 'pid'), 'utf8'))
  await stop()
  expect(existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toBeFalsy()
})

/** Starts the sampler on a shell script in the place of nvidia-smi; `DIR` is a directory of the test's. */
function run(script: string) {
  const path = join(directory, 'nvidia-smi')
  writeFileSync(path, `#!/bin/sh\nDIR='${directory}'\n${script}\n`)
  chmodSync(path, 0o755)
  const { context, samples, gaps } = collect({ nvidiaSmi: path, intervalMs: 10 })
  const started = gpu.start(context) as RunningSampler
  const stop = async () => started.stop?.()
  stops.push(stop)
  const until = async (condition: () => boolean | undefined) => {
    const deadline = performance.now() + 20_000
    while (!condition()) {
      if (performance.now() > deadline) throw new Error(`never came about; gaps: ${gaps.join('; ')}`)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  return { samples, gaps, stop, until }
}
