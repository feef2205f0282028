import { execFile } from 'node:child_process'
import { arch, cpus, release, totalmem, type } from 'node:os'
import type { GpuInfo, HostInfo } from '../../core/model/recording-meta.js'
import { ProcessTree } from './process-tree.js'
import { type CgroupLimits, readCgroupLimits } from './samplers/cgroup-limits.js'
import { parseGpuInventory } from './samplers/nvidia-smi.js'

const TIMEOUT_MS = 1500

export type InventoryOptions = {
  /**
   * Whose cgroup limits, the tightest of it and the processes that it started (a launcher may have put them into a
   * cgroup of their own); default: our own, which a service that we start inherits.
   */
  readonly pid?: number
  /** Default 'nvidia-smi', found on PATH. */
  readonly nvidiaSmi?: string
  /** What takes longer is left out. Default 1500. */
  readonly timeoutMs?: number
}

/** What the machine is: asked once, never fails, and takes at most `timeoutMs`. */
export async function collectInventory(
  options: InventoryOptions = {},
): Promise<{ readonly host: HostInfo; readonly gpus: readonly GpuInfo[] }> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const [described, gpus] = await Promise.all([
    within(timeoutMs, describeHost(), { os: type(), cpuModel: cpus().at(0)?.model ?? 'unknown' }),
    within(timeoutMs, queryGpus(options.nvidiaSmi ?? 'nvidia-smi', timeoutMs), []),
  ])
  const host = {
    ...described,
    arch: arch(),
    kernel: release(),
    cores: cpus().length,
    memoryBytes: totalmem(),
    cgroup: cgroupLimits(options.pid),
  }
  return { host, gpus }
}

/** With what node:os does not know: the distribution, and the processor's name where the kernel gives none (arm64). */
async function describeHost(): Promise<Pick<HostInfo, 'os' | 'cpuModel'>> {
  const { cpu, osInfo } = await import('systeminformation')
  const [system, processor] = await Promise.all([osInfo(), cpu()])
  const kernelsName = cpus().at(0)?.model.trim()
  return {
    os: `${system.distro} ${system.release}`.trim() || type(),
    cpuModel:
      kernelsName && kernelsName !== 'unknown' ? kernelsName : `${processor.manufacturer} ${processor.brand}`.trim(),
  }
}

function queryGpus(nvidiaSmi: string, timeoutMs: number): Promise<readonly GpuInfo[]> {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits']
  return new Promise((resolve) => {
    execFile(nvidiaSmi, query, { timeout: timeoutMs, windowsHide: true }, (error, stdout) => {
      resolve(error ? [] : parseGpuInventory(stdout))
    })
  })
}

function cgroupLimits(pid: number | undefined): CgroupLimits {
  const none: CgroupLimits = { cpuLimitCores: null, memoryLimitBytes: null }
  if (process.platform !== 'linux') return none
  try {
    const limits = (pid === undefined ? ['self' as const] : processTree(pid)).map((one) => {
      return readCgroupLimits({ procRoot: '/proc', pid: one, hostMemoryBytes: totalmem() })
    })
    return {
      cpuLimitCores: least(limits.map(({ cpuLimitCores }) => cpuLimitCores)),
      memoryLimitBytes: least(limits.map(({ memoryLimitBytes }) => memoryLimitBytes)),
    }
  } catch {
    return none
  }
}

function processTree(rootPid: number): number[] {
  const tree = new ProcessTree({ procRoot: '/proc', rootPid })
  tree.update(0)
  const pids = tree.processes.map(({ pid }) => pid)
  tree.close()
  return pids
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : Math.min(...known)
}

/** The answer, or `fallback` when it fails or takes too long. */
async function within<T>(timeoutMs: number, answer: Promise<T>, fallback: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, fallback)
  })
  const value = await Promise.race([answer.catch(() => fallback), late])
  clearTimeout(timer)
  return value
}
