import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import type { Gap } from '../../core/model/gap.js'
import type { Sampler } from './samplers/sampler.js'
import { type Sample, type Sampling, type SamplingSources, startSampling } from './sampling.js'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

test.runIf(process.platform === 'linux')(
  'a busy grandchild that is not Node is seen, by process and by thread',
  async () => {
    const shell = child('sh', ['-c', 'sh -c "while :; do :; done" & echo $!; wait'])
    const busyPid = await new Promise<number>((resolve) => shell.stdout?.once('data', (data) => resolve(Number(data))))
    stops.push(() => process.kill(busyPid, 'SIGKILL'))
    const { samples } = sample({ rootPid: shell.pid ?? 0 })
    await until(() => samples.some(({ metric, value }) => metric === 'process.cpu' && value > 0))
    await until(() => samples.some(({ metric, value }) => metric === 'thread.cpu' && value > 0))
    expect(samples.find(({ metric }) => metric === 'thread.cpu')?.instance).toBe(`${busyPid}/${busyPid} sh`)
    expect(samples.some(({ metric, instance }) => metric === 'process.rss' && instance === String(busyPid))).toBe(true)
    const nowMs = Number(process.hrtime.bigint()) / 1e6
    for (const { tMs, value } of samples) {
      expect(tMs).toBeGreaterThan(nowMs - 60_000)
      expect(tMs).toBeLessThanOrEqual(nowMs)
      expect(Number.isFinite(value)).toBe(true)
    }
  },
)

test('a process that does not exist leaves the figures of the host, and no error', async () => {
  const { samples, gaps } = sample({ rootPid: 2 ** 22 + 1 })
  await until(() => samples.filter(({ metric }) => metric === 'host.cpu').length > 2)
  expect(samples.some(({ metric }) => metric.startsWith('process.'))).toBe(false)
  expect(gaps.map(({ kind }) => kind)).toEqual(['sampler:gpu'])
})

test('a platform without /proc says of each sampler once that it is not measured', async () => {
  const { samples, gaps } = sample({ rootPid: process.pid, sources: { platform: 'darwin' } })
  await until(() => samples.some(({ metric }) => metric === 'process.cpu'))
  await until(() => gaps.some(({ kind }) => kind === 'sampler:gpu'))
  expect(gaps.map(({ kind }) => kind).sort()).toEqual(
    [
      'cgroup-throttling',
      'cpu-pressure',
      'disk-reads',
      'gpu',
      'host-steal',
      'network-traffic',
      'tcp-health',
      'thread-cpu',
    ].map((thing) => `sampler:${thing}`),
  )
  for (const { reason } of gaps) expect(reason).toMatch(/^not measured: /)
})

test('a sampler that throws is reported once and does not stop the others', async () => {
  const broken: Sampler = {
    id: 'broken',
    start: () => ({
      poll() {
        throw new Error('EACCES')
      },
    }),
  }
  const unable: Sampler = {
    id: 'unable',
    start() {
      throw new Error('no device')
    },
  }
  const counts: Sampler = {
    id: 'counts',
    start: (context) => ({ poll: (tMs) => context.emit(tMs, 'host.cpu', '', 0.5) }),
  }
  const { samples, gaps } = sample({ rootPid: process.pid, sources: { samplers: [broken, unable, counts] } })
  await until(() => samples.length >= 5)
  expect(gaps.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
    'sampler:unable not measured: no device',
    'sampler:broken not measured: EACCES',
  ])
})

test('a tick that took too long is not made up for, and the skipped ones are counted', async () => {
  const times: number[] = []
  const slow: Sampler = {
    id: 'slow',
    start: () => ({
      poll(tMs) {
        times.push(tMs)
        if (times.length === 2) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
      },
    }),
  }
  const { gaps, sampling } = sample({ rootPid: process.pid, sources: { samplers: [slow] } })
  await until(() => times.length >= 4)
  await sampling.stop()
  expect(gaps[0].kind).toBe('sampler:schedule')
  expect(gaps[0].count).toBeGreaterThanOrEqual(8)
  expect(times[3] - times[2]).toBeGreaterThan(5)
})

function sample(options: { rootPid: number; sources?: SamplingSources }) {
  const samples: Sample[] = []
  const gaps: Gap[] = []
  const sampling: Sampling = startSampling({
    rootPid: options.rootPid,
    intervalMs: 20,
    emit: (one) => samples.push(one),
    gap: (gap) => gaps.push(gap),
    sources: { nvidiaSmi: '/nonexistent/nvidia-smi', ...options.sources },
  })
  stops.push(() => sampling.stop())
  return { samples, gaps, sampling }
}

function child(command: string, args: string[]): ChildProcess {
  const started = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  stops.push(() => started.kill('SIGKILL'))
  return started
}

async function until(condition: () => boolean) {
  const deadline = performance.now() + 20_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('never came about')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
