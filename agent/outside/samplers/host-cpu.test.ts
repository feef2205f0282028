import { expect, test } from 'vitest'
import { collect, procDirectory } from './collected.js'
import { hostCpu, parseHostCpu } from './host-cpu.js'

const BEFORE = `cpu  1000 100 500 8000 200 0 50 150 30 10
cpu0 500 50 250 4000 100 0 25 75 15 5
intr 883414 0 0 0
ctxt 1625348
btime 1795471877
processes 14004
procs_running 5
procs_blocked 0
softirq 905242 0 101659
`
// 10 ticks more: 4 user, 1 system, 3 idle, 2 stolen.
const AFTER = BEFORE.replace('cpu  1000 100 500 8000 200 0 50 150', 'cpu  1004 100 501 8003 200 0 50 152')

test('guest time is not counted twice and stolen time is neither busy nor idle', () => {
  expect(parseHostCpu(BEFORE)).toEqual({ busy: 1650, steal: 150, total: 10000, runnable: 4 })
})

test('kernels of before steal time and lists without procs_running give what they have', () => {
  expect(parseHostCpu('cpu  10 0 10 80\n')).toEqual({ busy: 20, steal: 0, total: 100, runnable: Number.NaN })
  expect(parseHostCpu('')).toBeNull()
})

test('busy and stolen fractions come from the ticks that passed', async () => {
  const proc = procDirectory({ stat: BEFORE })
  const { context, samples } = collect({ procRoot: proc.root })
  const running = hostCpu.start(context)
  if ('notMeasured' in running) throw new Error(running.notMeasured)
  running.poll?.(0)
  expect(samples).toEqual({ 'host.runnable': [4] })
  proc.write({ stat: AFTER })
  running.poll?.(100)
  expect(samples['host.cpu']).toEqual([0.5])
  expect(samples['host.steal'][0]).toBeCloseTo(0.2)
  await running.stop?.()
  proc.remove()
})

test('elsewhere than on Linux host CPU comes from node:os, and what that lacks is said', () => {
  const { context, samples, gaps } = collect({ platform: 'darwin' })
  const running = hostCpu.start(context)
  if ('notMeasured' in running) throw new Error(running.notMeasured)
  running.poll?.(0)
  expect(samples).toEqual({})
  expect(gaps).toEqual(['host-steal: stolen CPU time is not available on darwin'])
})
