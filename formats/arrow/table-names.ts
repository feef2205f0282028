import { join } from 'node:path'
import type { ThreadInfo } from '../../core/model/recording.js'
import type { ProcessInfo } from '../../core/model/recording-meta.js'

export const TABLES = ['requests', 'spans', 'batches', 'samples', 'events'] as const
export type TableName = (typeof TABLES)[number]

/** CRC-32 (zlib's) of a whole file. */
export type Checksum = { readonly bytes: number; readonly crc32: number }

export function tablePath(dir: string, table: TableName): string {
  return join(dir, `${table}.arrow`)
}

/** "pid/name", told apart by a number where a process has two threads of one name. */
export function threadLabels(threads: readonly ThreadInfo[], processes: readonly ProcessInfo[]): string[] {
  const seen = new Map<string, number>()
  return threads.map(({ process, name }) => {
    const label = `${processes[process]?.pid ?? '?'}/${name}`
    const times = (seen.get(label) ?? 0) + 1
    seen.set(label, times)
    return times === 1 ? label : `${label} #${times}`
  })
}
