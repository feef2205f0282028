import { afterEach, expect, test } from 'vitest'
import { parseCfsQuota, parseCpuMax, readCgroupLimits } from './cgroup-limits.js'
import { procDirectory } from './collected.js'

const GIB = 1024 ** 3
const removes: (() => void)[] = []
afterEach(() => {
  for (const remove of removes.splice(0)) remove()
})

test('a quota over its period is a number of cores', () => {
  expect(parseCpuMax('150000 100000\n')).toBe(1.5)
  expect(parseCpuMax('max 100000\n')).toBe(Number.POSITIVE_INFINITY)
  expect(parseCfsQuota('50000\n', '100000\n')).toBe(0.5)
  expect(parseCfsQuota('-1\n', '100000\n')).toBe(Number.POSITIVE_INFINITY)
})

test('the tightest level limits, and the root level without files does not', () => {
  const limits = v2({
    'pod/app/cpu.max': 'max 100000\n',
    'pod/app/memory.max': `${2 * GIB}\n`,
    'pod/cpu.max': '200000 100000\n',
    'pod/memory.max': `${GIB}\n`,
  })
  expect(limits).toEqual({ cpuLimitCores: 2, memoryLimitBytes: GIB })
})

test('no limit is null, also where version 1 writes it as a huge number', () => {
  expect(v2({ 'pod/app/cpu.max': 'max 100000\n', 'pod/app/memory.max': 'max\n' })).toEqual({
    cpuLimitCores: null,
    memoryLimitBytes: null,
  })
  const cgroup = directory({
    'cpu/cpu.cfs_quota_us': '-1\n',
    'cpu/cpu.cfs_period_us': '100000\n',
    'memory/memory.limit_in_bytes': '9223372036854771712\n',
  })
  const mounts = ['cpu', 'memory'].map((name) => `1 2 0:1 / ${cgroup}/${name} rw - cgroup cgroup rw,${name}\n`)
  const procRoot = directory({ '5/cgroup': '2:cpu:/\n1:memory:/\n', '5/mountinfo': mounts.join('') })
  expect(readCgroupLimits({ procRoot, pid: 5, hostMemoryBytes: 16 * GIB })).toEqual({
    cpuLimitCores: null,
    memoryLimitBytes: null,
  })
})

function v2(files: Record<string, string>) {
  const mountinfo = `1 2 0:1 / ${directory(files)} rw - cgroup2 cgroup2 rw\n`
  const procRoot = directory({ '5/cgroup': '0::/pod/app\n', '5/mountinfo': mountinfo })
  return readCgroupLimits({ procRoot, pid: 5, hostMemoryBytes: 16 * GIB })
}

function directory(files: Record<string, string>): string {
  const { root, remove } = procDirectory(files)
  removes.push(remove)
  return root
}
