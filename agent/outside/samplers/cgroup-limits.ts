import { readFileSync } from 'node:fs'
import { type CgroupDirectories, readCgroup } from './cgroup-path.js'
import { isGone } from './proc-file.js'

/** null = no limit, or none that can be seen. */
export type CgroupLimits = { readonly cpuLimitCores: number | null; readonly memoryLimitBytes: number | null }

/** Version 2: `quota period` or `max period`, in us. Infinity = no limit. */
export function parseCpuMax(text: string): number {
  const [quota, period] = text.trim().split(' ')
  return quota === 'max' ? Number.POSITIVE_INFINITY : Number(quota) / Number(period)
}

/** Version 1: cpu.cfs_quota_us and cpu.cfs_period_us; a quota of -1 = no limit. */
export function parseCfsQuota(quotaUs: string, periodUs: string): number {
  const quota = Number(quotaUs)
  return quota < 0 ? Number.POSITIVE_INFINITY : quota / Number(periodUs)
}

/** The tightest limits on a process, of its own cgroup and every level above that can be seen. */
export function readCgroupLimits(options: {
  readonly procRoot: string
  readonly pid: number | 'self'
  /** Version 1 writes "no limit" as a number beyond any memory. */
  readonly hostMemoryBytes: number
}): CgroupLimits {
  const cpu = levels(readCgroup(options.procRoot, options.pid, 'cpu'), (directory, version) =>
    version === 2
      ? parseCpuMax(read(directory, 'cpu.max'))
      : parseCfsQuota(read(directory, 'cpu.cfs_quota_us'), read(directory, 'cpu.cfs_period_us')),
  )
  const memory = levels(readCgroup(options.procRoot, options.pid, 'memory'), (directory, version) => {
    const limit = read(directory, version === 2 ? 'memory.max' : 'memory.limit_in_bytes').trim()
    return limit === 'max' ? Number.POSITIVE_INFINITY : Number(limit)
  })
  return {
    cpuLimitCores: Number.isFinite(cpu) ? cpu : null,
    memoryLimitBytes: memory < options.hostMemoryBytes ? memory : null,
  }
}

/** The smallest limit; levels without the file (the root has none) do not limit. */
function levels(cgroup: CgroupDirectories | null, limit: (directory: string, version: 1 | 2) => number): number {
  const limits = (cgroup?.directories ?? []).map((directory) => {
    try {
      return limit(directory, cgroup?.version ?? 2)
    } catch (error) {
      if (isGone(error)) return Number.POSITIVE_INFINITY
      throw error
    }
  })
  return Math.min(...limits.filter((value) => !Number.isNaN(value)))
}

function read(directory: string, name: string): string {
  return readFileSync(`${directory}/${name}`, 'utf8')
}
