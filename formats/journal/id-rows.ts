import { NO_ROW } from '../../core/model/recording.js'

/** Rows by the ids that one process gave out. */
export type IdRows = (process: number, id: number) => number

/**
 * Looks up rows by (process, id); NO_ROW for id 0 and for ids without a record. Ids count up from 1, so an array a
 * process does; ids far beyond the number of records (a damaged journal) go to a map instead.
 */
export function idRows(process: Uint16Array, id: Uint32Array, rowOf: Uint32Array, count: number): IdRows {
  const dense: Uint32Array[] = []
  const sparse: Map<number, number>[] = []
  const highest: number[] = []
  const limit = 4 * count + (1 << 20)
  for (let i = 0; i < count; i++) {
    const p = process[i]!
    if (id[i]! <= limit) highest[p] = Math.max(highest[p] ?? 0, id[i]!)
  }
  for (const p of highest.keys()) dense[p] = new Uint32Array((highest[p] ?? 0) + 1).fill(NO_ROW)
  for (let i = 0; i < count; i++) {
    const p = process[i]!
    if (id[i] === 0) continue
    if (id[i]! <= limit) dense[p]![id[i]!] = rowOf[i]!
    else {
      sparse[p] ??= new Map()
      sparse[p].set(id[i]!, rowOf[i]!)
    }
  }
  return (p, wanted) => dense[p]?.[wanted] ?? sparse[p]?.get(wanted) ?? NO_ROW
}
