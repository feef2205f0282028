import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { crc32 } from 'node:zlib'
import { type Data, type Table, tableFromIPC, type Vector } from 'apache-arrow'
import { DiagError } from '../../core/errors.js'
import { causeOf, unreadableFile } from '../unreadable.js'
import { type Column, type ColumnKind, MISSING } from './column.js'
import type { Checksum } from './table-names.js'

const MAGIC = 'ARROW1'
/** Long enough that a call costs nothing, short enough that the first parts are there soon. */
const PART_BYTES = 1 << 24
/** The system hands out the memory of one part while the other is copied: two at a time take 0.6 of the time. */
const PARTS_AT_ONCE = 2

type Values<K extends ColumnKind> = (Column & { kind: K })['values']

/** A table on disk whose columns are handed out as typed arrays over the file's bytes, copied only where they must be. */
export class TableReader {
  readonly path: string
  readonly rows: number
  readonly metadata: ReadonlyMap<string, string>
  readonly #table: Table

  private constructor(path: string, table: Table) {
    this.path = path
    this.#table = table
    this.rows = table.numRows
    this.metadata = table.schema.metadata
  }

  /**
   * A table of another length than its checksum's was rewritten by another tool, and is read as it is. One of the same
   * length with another sum is damaged, and may send a parser astray.
   * @throws DiagError for a file that is missing, foreign, cut short or damaged.
   */
  static async open(path: string, checksum?: Checksum): Promise<TableReader> {
    const { bytes, crc } = await readWhole(path).catch((error: unknown) => {
      throw unreadableFile(path, error)
    })
    if (!hasMagic(bytes, 0)) throw damaged(path, 'it does not begin like an Arrow file')
    if (!hasMagic(bytes, bytes.length - MAGIC.length)) throw damaged(path, `it is cut short at ${bytes.length} bytes`)
    if (checksum?.bytes === bytes.length && checksum.crc32 !== crc) {
      throw damaged(path, 'its checksum is not the one in meta.json')
    }
    try {
      return new TableReader(path, tableFromIPC(bytes))
    } catch (error) {
      throw damaged(path, causeOf(error))
    }
  }

  /** @throws DiagError when the column is missing or of another type. */
  column<K extends Exclude<ColumnKind, 'label'>>(kind: K, name: string): Values<K> {
    const vector = this.#vector(name, [TYPES[kind]])
    const parts = vector.data.map((data) => (kind === 'flag' ? unpackBits(data) : withMissing(data, MISSING[kind])))
    return concatenate(parts, TYPED[kind]) as Values<K>
  }

  /**
   * Indices into the labels, which come with it; NO_INDEX = null. `wanted`: the list that the indices shall refer to,
   * whatever order the file has it in; a label that is not in it is an error.
   */
  labels(name: string, wanted?: readonly string[]): { values: Uint16Array; labels: readonly string[] } {
    const vector = this.#vector(name, LABEL_TYPES)
    const labels = wanted ?? (vector.data[0]?.dictionary?.toArray() as string[] | undefined) ?? []
    const parts = vector.data.map((data) => this.#indices(name, data, labels))
    return { values: concatenate(parts, Uint16Array) as Uint16Array, labels: [...labels] }
  }

  #indices(name: string, data: Data, labels: readonly string[]): Uint16Array {
    const own = [...((data.dictionary as Vector | undefined) ?? [])] as string[]
    const raw = data.values as Int8Array | Int16Array | Int32Array
    const same = own.length === labels.length && own.every((label, i) => label === labels[i])
    const indices =
      raw instanceof Int16Array
        ? new Uint16Array(raw.buffer, raw.byteOffset, data.length)
        : Uint16Array.from(raw.subarray(0, data.length))
    const values = setMissing(indices, data, MISSING.label)
    const translation = same ? null : own.map((label) => labels.indexOf(label))
    for (let row = 0; row < values.length; row++) {
      const index = values[row]!
      if (index === MISSING.label) continue
      const translated = translation === null ? index : (translation[index] ?? -1)
      if (index >= own.length || translated === -1) {
        throw damaged(this.path, `column ${name} has an unknown value in row ${row}`)
      }
      values[row] = translated
    }
    return values
  }

  #vector(name: string, wanted: readonly string[]): Vector {
    const vector = this.#table.getChild(name)
    if (vector === null) throw damaged(this.path, `column ${name} is missing`)
    const type = String(vector.type)
    if (!wanted.includes(type)) throw damaged(this.path, `column ${name} is ${type}, ${wanted.join(' or ')} is wanted`)
    if (!vector.data.every(isWhole)) throw damaged(this.path, `column ${name} is shorter than its ${this.rows} rows`)
    return vector
  }
}

/** Whether the buffers hold as many values as the file says: a damaged length must not be believed. */
function isWhole(data: Data): boolean {
  const perValue = String(data.type) === 'Bool' ? 1 / 8 : 1
  const bitmap = data.nullBitmap?.length ?? 0
  const dictionary = (data.dictionary as Vector | undefined)?.data ?? []
  return (
    data.values.length >= data.length * perValue &&
    (bitmap === 0 || bitmap >= data.length / 8) &&
    dictionary.every((labels) => labels.valueOffsets.length > labels.length)
  )
}

export function damaged(path: string, reason: string): DiagError {
  return new DiagError(
    'unreadable',
    `${path} is not a readable table: ${reason}`,
    `restore ${basename(path)} from a copy, or record again with \`infer-diag record\``,
  )
}

const TYPES: Readonly<Record<Exclude<ColumnKind, 'label'>, string>> = {
  float64: 'Float64',
  float32: 'Float32',
  row: 'Uint32',
  index: 'Uint16',
  count: 'Uint16',
  bits: 'Uint8',
  flag: 'Bool',
}
const LABEL_TYPES = ['Int8', 'Int16', 'Int32'].map((index) => `Dictionary<${index}, Utf8>`)
type TypedArray = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array
const TYPED: Readonly<Record<ColumnKind, new (length: number) => TypedArray>> = {
  float64: Float64Array,
  float32: Float32Array,
  row: Uint32Array,
  index: Uint16Array,
  count: Uint16Array,
  bits: Uint8Array,
  flag: Uint8Array,
  label: Uint16Array,
}

function withMissing(data: Data, missing: number | null): TypedArray {
  return setMissing((data.values as TypedArray).subarray(0, data.length), data, missing)
}

/** Nulls as their in-memory value. Another tool may have left anything underneath them. */
function setMissing<T extends TypedArray>(values: T, data: Data, missing: number | null): T {
  const bitmap = data.nullBitmap
  if (missing === null || bitmap === null || bitmap === undefined || bitmap.length === 0) return values
  for (let first = 0; first < values.length; first += 8) {
    const present = bitmap[first >> 3]!
    if (present === 0xff) continue
    const end = Math.min(values.length, first + 8)
    for (let row = first; row < end; row++) if ((present & (1 << (row - first))) === 0) values[row] = missing
  }
  return values
}

function unpackBits(data: Data): Uint8Array {
  const bits = data.values as Uint8Array
  return Uint8Array.from({ length: data.length }, (_, row) => (bits[row >> 3]! >> (row & 7)) & 1)
}

function concatenate(parts: readonly TypedArray[], type: new (length: number) => TypedArray): TypedArray {
  if (parts.length === 1) return parts[0]!
  const whole = new type(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function hasMagic(bytes: Uint8Array, at: number): boolean {
  return at >= 0 && String.fromCharCode(...bytes.subarray(at, at + MAGIC.length)) === MAGIC
}

/** The file, and its CRC-32, which is summed up while the next parts are read. */
async function readWhole(path: string): Promise<{ readonly bytes: Uint8Array; readonly crc: number }> {
  const handle = await open(path, 'r')
  try {
    const bytes = new Uint8Array((await handle.stat()).size)
    const reading: Promise<Uint8Array>[] = []
    let asked = 0
    const ask = () => {
      if (asked >= bytes.length) return
      const part = readPart(handle, bytes.subarray(asked, asked + PART_BYTES), asked)
      // What fails is thrown when its turn has come.
      part.catch(() => {})
      reading.push(part)
      asked += PART_BYTES
    }
    for (let i = 0; i < PARTS_AT_ONCE; i++) ask()
    let [at, crc] = [0, 0]
    for (let next = reading.shift(); next !== undefined; next = reading.shift()) {
      const part = await next
      ask()
      crc = crc32(part, crc)
      at += part.length
    }
    return { bytes: bytes.subarray(0, at), crc }
  } finally {
    await handle.close()
  }
}

/** Fills `part` from that place in the file on; as much of it as there is. */
async function readPart(handle: FileHandle, part: Uint8Array, from: number): Promise<Uint8Array> {
  let at = 0
  while (at < part.length) {
    const { bytesRead } = await handle.read(part, at, part.length - at, from + at)
    if (bytesRead === 0) break
    at += bytesRead
  }
  return part.subarray(0, at)
}
