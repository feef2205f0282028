// For tests of samplers: a context that collects what they emit, and a directory laid out like /proc.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ProcessTree } from '../process-tree.js'
import type { SamplingContext } from './sampler.js'

/** `samples`: values by metric and, where there is one, instance ("net.rx eth0"). `gaps`: "thing: reason". */
export function collect(overrides: Partial<SamplingContext> = {}) {
  const samples: Record<string, number[]> = {}
  const gaps: string[] = []
  const procRoot = overrides.procRoot ?? '/proc'
  const rootPid = overrides.rootPid ?? process.pid
  const context: SamplingContext = {
    platform: 'linux',
    procRoot,
    rootPid,
    intervalMs: 100,
    tree: new ProcessTree({ procRoot, rootPid }),
    nvidiaSmi: 'nvidia-smi',
    nowMs: () => performance.now(),
    emit(_tMs, metric, instance, value) {
      if (!Number.isFinite(value)) return
      const key = instance === '' ? metric : `${metric} ${instance}`
      samples[key] = [...(samples[key] ?? []), value]
    },
    notMeasured(thing, reason) {
      if (!gaps.includes(`${thing}: ${reason}`)) gaps.push(`${thing}: ${reason}`)
    },
    ...overrides,
  }
  return { context, samples, gaps }
}

/** Files by path under the directory; null removes a directory. */
export function procDirectory(files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), 'infer-diag-proc-'))
  const write = (more: Readonly<Record<string, string | null>>) => {
    for (const [path, text] of Object.entries(more)) {
      if (text === null) {
        // Of a process that ended, an open file reads nothing more either.
        for (const entry of readdirSync(join(root, path), { recursive: true, withFileTypes: true })) {
          if (entry.isFile()) writeFileSync(join(entry.parentPath, entry.name), '')
        }
        rmSync(join(root, path), { recursive: true })
      } else {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
    }
  }
  write(files)
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) }
}

type StatFields = {
  readonly name?: string
  readonly state?: string
  readonly ppid?: number
  readonly cpuTicks?: number
  readonly threads?: number
  readonly startTicks?: number
  readonly rssPages?: number
}

/** A line of /proc/<pid>/stat. */
export function statLine(pid: number, fields: StatFields = {}): string {
  const { name = 'node', state = 'S', ppid = 1, cpuTicks = 0, threads = 1, startTicks = 1000, rssPages = 100 } = fields
  const scheduling = `${cpuTicks} 0 0 0 20 0 ${threads} 0 ${startTicks} 5124096 ${rssPages}`
  return `${pid} (${name}) ${state} ${ppid} 1 1 0 -1 4194560 2131 39992 2 11 ${scheduling} 18446744073709551615 1 1\n`
}
