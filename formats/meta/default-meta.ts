import { basename, resolve } from 'node:path'
import type { ProcessInfo, RecordingMeta, Sourced } from '../../core/model/recording-meta.js'

/** The version of everything in a recording's directory. Additions keep it; see docs/recording-format.md. */
export const FORMAT_VERSION = 1

/** What the records themselves tell, for whatever meta.json leaves out. */
export type ObservedMeta = {
  readonly clock: RecordingMeta['clock']
  readonly processes: readonly ProcessInfo[]
  /** As the service declared it. */
  readonly pipeline: Readonly<Record<string, Sourced['value']>>
  readonly observed: 'node' | 'outside'
  readonly endMs: number
}

/** meta.json completed from the records: a crash before it was written, or an agent without a recorder. */
export function completeMeta(dir: string, meta: Partial<RecordingMeta>, observed: ObservedMeta): RecordingMeta {
  const clock = meta.clock ?? observed.clock
  const declared = Object.entries(observed.pipeline).map(([key, value]): [string, Sourced] => [
    key,
    { value, source: 'declared' },
  ])
  const name = observed.pipeline.name
  return {
    formatVersion: FORMAT_VERSION,
    id: meta.id ?? basename(resolve(dir)),
    tool: meta.tool ?? { name: 'infer-diag', version: 'unknown' },
    startedAt: meta.startedAt ?? new Date(clock.wallClockOriginMs).toISOString(),
    durationMs: meta.durationMs ?? observed.endMs,
    command: meta.command ?? null,
    service: {
      name: meta.service?.name ?? (typeof name === 'string' ? name : null),
      observed: meta.service?.observed ?? observed.observed,
      runtime: meta.service?.runtime ?? (observed.processes[0]?.runtime || null),
    },
    host: meta.host ?? null,
    gpus: meta.gpus ?? [],
    clock,
    sla: meta.sla ?? null,
    load: meta.load ?? null,
    ownTraffic: meta.ownTraffic ?? null,
    pipeline: { ...Object.fromEntries(declared), ...meta.pipeline },
    processes: mergeProcesses(observed.processes, meta.processes ?? []),
  }
}

/** Those of the journals first, because columns index them; then those that only meta.json names. */
function mergeProcesses(observed: readonly ProcessInfo[], named: readonly ProcessInfo[]): ProcessInfo[] {
  const pids = new Set(observed.map(({ pid }) => pid))
  const completed = observed.map((process) => {
    const known = named.find(({ pid }) => pid === process.pid)
    return {
      ...process,
      title: process.title || (known?.title ?? ''),
      runtime: process.runtime || (known?.runtime ?? ''),
    }
  })
  return [...completed, ...named.filter(({ pid }) => !pids.has(pid))]
}
