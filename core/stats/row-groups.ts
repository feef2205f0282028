/** Rows gathered by group, in row order: group g holds rows[starts[g]] to rows[starts[g + 1] - 1]. */
export type RowGroups = { readonly starts: Uint32Array; readonly rows: Uint32Array }

/** Counting sort of rows 0..count-1 by `groupOf[row]`; rows whose group is out of range are left out. */
export function groupRows(groupOf: ArrayLike<number>, count: number, groups: number): RowGroups {
  const starts = new Uint32Array(groups + 1)
  for (let row = 0; row < count; row++) if (groupOf[row]! < groups) starts[groupOf[row]! + 1]!++
  for (let g = 0; g < groups; g++) starts[g + 1]! += starts[g]!
  const next = starts.slice(0, groups)
  const rows = new Uint32Array(starts[groups]!)
  for (let row = 0; row < count; row++) if (groupOf[row]! < groups) rows[next[groupOf[row]!]!++] = row
  return { starts, rows }
}
