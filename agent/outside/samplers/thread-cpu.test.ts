import { afterEach, expect, test } from 'vitest'
import { collect, procDirectory, statLine } from './collected.js'
import type { RunningSampler } from './sampler.js'
import { parseSchedstat } from './thread-clock.js'
import { threadCpu } from './thread-cpu.js'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

test('run and wait time are nanoseconds, and a thread that has not run yet has none', () => {
  expect(parseSchedstat('32727097 8562330 66\n')).toEqual({ cpuMs: 32.727097, waitMs: 8.56233 })
  expect(parseSchedstat('0 0 0\n')).toEqual({ cpuMs: 0, waitMs: 0 })
  expect(parseSchedstat('')).toBeNull()
})

test('one saturated thread is told from its idle siblings', () => {
  const { proc, poll, samples } = running({ 'task/7/schedstat': '1000 0 1', 'task/8/schedstat': '1000 0 1' })
  poll(0)
  proc.write({ '7/task/7/schedstat': `${95e6 + 1000} 20000000 9` })
  poll(100)
  expect(samples).toEqual({ 'thread.cpu 7/7 node': [0.95], 'thread.runQueueWait 7/7 node': [0.2] })
})

test('a thread that worked once is reported while it idles, so that its mean is right', () => {
  const { proc, poll, samples } = running({ 'task/7/schedstat': '1000 0 1' })
  poll(0)
  proc.write({ '7/task/7/schedstat': '50001000 0 9' })
  poll(100)
  poll(200)
  poll(300)
  expect(samples['thread.cpu 7/7 node']).toEqual([0.5, 0, 0])
})

test('only the 16 busiest threads of an interval start to be reported', () => {
  const threads = Array.from({ length: 40 }, (_, i) => 100 + i)
  const files = (ns: (tid: number) => number) =>
    Object.fromEntries(threads.map((tid) => [`7/task/${tid}/schedstat`, `${ns(tid)} 0 1`]))
  const { proc, poll, samples } = running({}, 41)
  proc.write({ ...files(() => 1), ...Object.fromEntries(threads.map((tid) => [`7/task/${tid}/comm`, `w${tid}\n`])) })
  poll(0)
  proc.write(files((tid) => (tid - 90) * 1e6))
  poll(100)
  const reported = Object.keys(samples).filter((key) => key.startsWith('thread.cpu'))
  expect(reported).toHaveLength(16)
  expect(reported).toContain('thread.cpu 7/139 w139')
  expect(reported).not.toContain('thread.cpu 7/123 w123')
})

test('a thread that ended is forgotten, and one that starts has no sample before its second reading', () => {
  const { proc, poll, samples } = running({ 'task/7/schedstat': '1000 0 1', 'task/8/schedstat': '1000 0 1' })
  poll(0)
  proc.write({ '7/task/8': null, '7/task/9/schedstat': '90000000 0 1', '7/task/9/comm': 'late\n' })
  poll(1000)
  expect(samples).toEqual({})
  proc.write({ '7/task/9/schedstat': '190000000 0 2' })
  poll(1100)
  expect(samples['thread.cpu 7/9 late']).toEqual([1])
})

test('without scheduler statistics CPU comes from ticks and the missing wait is said once', () => {
  const task = (tid: number, cpuTicks: number) => ({
    [`7/task/${tid}/schedstat`]: '0 0 0\n',
    [`7/task/${tid}/stat`]: statLine(tid, { cpuTicks }),
  })
  const { proc, poll, samples, gaps } = running({}, 2, '0 0 0\n')
  proc.write({ ...task(7, 10), ...task(8, 10) })
  poll(0)
  proc.write({ ...task(7, 15), ...task(8, 10) })
  poll(100)
  expect(samples).toEqual({ 'thread.cpu 7/7 node': [0.5] })
  expect(gaps).toEqual(['run-queue-wait: this kernel has no scheduler statistics (schedstat)'])
})

function running(task: Record<string, string>, threads = 2, ownSchedstat = '1000 0 1\n') {
  const files = Object.fromEntries(Object.entries(task).map(([path, text]) => [`7/${path}`, text]))
  const proc = procDirectory({
    'self/schedstat': ownSchedstat,
    '7/stat': statLine(7, { threads }),
    '7/task/7/comm': 'node\n',
    '7/task/8/comm': 'node\n',
    ...files,
  })
  const { context, samples, gaps } = collect({ procRoot: proc.root, rootPid: 7 })
  const started = threadCpu.start(context) as RunningSampler
  stops.push(() => started.stop?.(), proc.remove)
  const poll = (tMs: number) => {
    context.tree.update(tMs)
    started.poll?.(tMs)
  }
  return { proc, samples, gaps, poll }
}
