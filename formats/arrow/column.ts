import {
  Bool,
  type Data,
  type DataType,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  makeData,
  Uint8,
  Uint16,
  Uint32,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import { NO_INDEX, NO_ROW } from '../../core/model/recording.js'

/**
 * One column as both sides see it: a typed array with a value that stands for "missing" in memory, an Arrow column with
 * null on disk, so that averages in pandas, polars and SQL leave it out.
 */
export type Column =
  | { readonly kind: 'float64'; readonly name: string; readonly values: Float64Array }
  | { readonly kind: 'float32'; readonly name: string; readonly values: Float32Array }
  /** A row of another table; NO_ROW is null. */
  | { readonly kind: 'row'; readonly name: string; readonly values: Uint32Array }
  /** An index into a list of meta.json; NO_INDEX is null. */
  | { readonly kind: 'index'; readonly name: string; readonly values: Uint16Array }
  /** 0 is null. */
  | { readonly kind: 'count'; readonly name: string; readonly values: Uint16Array }
  | { readonly kind: 'bits'; readonly name: string; readonly values: Uint8Array }
  | { readonly kind: 'flag'; readonly name: string; readonly values: Uint8Array }
  /** Indices into `labels`; NO_INDEX is null. On disk dictionary<utf8>. */
  | {
      readonly kind: 'label'
      readonly name: string
      readonly values: Uint8Array | Uint16Array
      readonly labels: readonly string[]
    }

export type ColumnKind = Column['kind']

/** The in-memory value of a null; null = the column has no nulls. */
export const MISSING: Readonly<Record<ColumnKind, number | null>> = {
  float64: Number.NaN,
  float32: Number.NaN,
  row: NO_ROW,
  index: NO_INDEX,
  count: 0,
  bits: null,
  flag: null,
  label: NO_INDEX,
}

/** The Arrow field and data of the first `rows` values; no copy, but for flags and very long label lists. */
export function encodeColumn(column: Column, rows: number, dictionaryId: number): { field: Field; data: Data } {
  const values = column.values.subarray(0, rows)
  const nulls = nullBitmap(values, MISSING[column.kind], rows)
  const type = arrowType(column, dictionaryId)
  const common = { length: rows, nullCount: nulls?.count ?? 0, nullBitmap: nulls?.bitmap ?? null }
  const field = new Field(column.name, type, MISSING[column.kind] !== null)
  return {
    field,
    data: makeData({ type, data: stored(column, values, type), ...dictionaryOf(column), ...common } as never),
  }
}

function arrowType(column: Column, dictionaryId: number): DataType {
  switch (column.kind) {
    case 'float64':
      return new Float64()
    case 'float32':
      return new Float32()
    case 'row':
      return new Uint32()
    case 'index':
    case 'count':
      return new Uint16()
    case 'bits':
      return new Uint8()
    case 'flag':
      return new Bool()
    case 'label':
      return new Dictionary(new Utf8(), labelIndexType(column), dictionaryId, false)
  }
}

/** Signed, as the Arrow specification asks of dictionary indices. */
function labelIndexType({ values, labels }: Column & { kind: 'label' }): Int8 | Int16 | Int32 {
  if (values instanceof Uint8Array) return new Int8()
  return labels.length <= 0x7fff ? new Int16() : new Int32()
}

function stored(column: Column, values: Column['values'], type: DataType): ArrayBufferView {
  if (column.kind === 'flag') return packBits(values.length, (row) => values[row] !== 0)
  if (column.kind !== 'label') return values
  const { indices } = type as Dictionary
  if (indices instanceof Int8) return new Int8Array(values.buffer, values.byteOffset, values.length)
  if (indices instanceof Int16) return new Int16Array(values.buffer, values.byteOffset, values.length)
  return Int32Array.from(values)
}

function dictionaryOf(column: Column) {
  return column.kind === 'label' ? { dictionary: vectorFromArray([...column.labels], new Utf8()) } : {}
}

function nullBitmap(values: Column['values'], missing: number | null, rows: number) {
  if (missing === null) return null
  const isMissing = Number.isNaN(missing)
    ? (row: number) => Number.isNaN(values[row])
    : (row: number) => values[row] === missing
  let count = 0
  for (let row = 0; row < rows; row++) if (isMissing(row)) count++
  return count === 0 ? null : { count, bitmap: packBits(rows, (row) => !isMissing(row)) }
}

function packBits(rows: number, isSet: (row: number) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(rows / 64) * 8)
  for (let row = 0; row < rows; row++) if (isSet(row)) bits[row >> 3]! |= 1 << (row & 7)
  return bits
}
