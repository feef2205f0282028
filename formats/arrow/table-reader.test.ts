import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { Float64, makeData, Table, tableToIPC, Vector } from 'apache-arrow'
import { expect, onTestFinished, test } from 'vitest'
import { temporaryDirectory } from '../../test/support/temporary-directory.js'
import { TableReader } from './table-reader.js'

test('a null is what stands for missing, whatever another tool left underneath it', async () => {
  const rows = 43
  // Eight rows a byte: all there, none, some; the last byte is not full.
  const isThere = (row: number) => row < 8 || (row >= 16 && row % 3 === 0)
  const bitmap = new Uint8Array(8)
  for (let row = 0; row < rows; row++) if (isThere(row)) bitmap[row >> 3]! |= 1 << (row & 7)
  const data = Float64Array.from({ length: rows }, (_, row) => row)
  const nullCount = Array.from(data).filter((row) => !isThere(row)).length
  const vector = new Vector([makeData({ type: new Float64(), length: rows, data, nullBitmap: bitmap, nullCount })])
  const path = join(await temporaryDirectory(onTestFinished), 'table.arrow')
  await writeFile(path, tableToIPC(new Table({ value: vector }), 'file'))
  const values = (await TableReader.open(path)).column('float64', 'value')
  expect([...values]).toEqual(Array.from({ length: rows }, (_, row) => (isThere(row) ? row : Number.NaN)))
})

test('a table of several parts is read as it is, and its checksum is that of the whole file', async () => {
  const values = Float64Array.from({ length: 5e6 }, (_, row) => row)
  const data = makeData({ type: new Float64(), length: values.length, data: values, nullCount: 0 })
  const path = join(await temporaryDirectory(onTestFinished), 'table.arrow')
  const bytes = tableToIPC(new Table({ value: new Vector([data]) }), 'file')
  await writeFile(path, bytes)
  const checksum = { bytes: bytes.length, crc32: crc32(bytes) }
  const read = (await TableReader.open(path, checksum)).column('float64', 'value')
  expect(Buffer.compare(bytesOf(read), bytesOf(values))).toBe(0)
  bytes[bytes.length >> 1]! ^= 1
  await writeFile(path, bytes)
  await expect(TableReader.open(path, checksum)).rejects.toThrow('its checksum is not the one in meta.json')
})

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array) => new Uint8Array(buffer, byteOffset, byteLength)
