import { open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { makeData, RecordBatch, RecordBatchFileWriter, RecordBatchReader, Schema, Struct } from 'apache-arrow'
import { DiagError } from '../../core/errors.js'
import { replaceFile } from '../file-replacement.js'
import { type Column, encodeColumn } from './column.js'
import type { Checksum } from './table-names.js'

/**
 * Writes a table as an Arrow IPC file of one record batch, so that readers get every column in one piece. Atomic, and
 * verified: the file on disk has the length that was written and a footer that names the columns.
 */
export async function writeTable(
  path: string,
  rows: number,
  columns: readonly Column[],
  metadata: ReadonlyMap<string, string>,
): Promise<Checksum> {
  const encoded = columns.map((column, id) => encodeColumn(column, rows, id))
  const schema = new Schema(
    encoded.map(({ field }) => field),
    new Map(metadata),
  )
  const children = encoded.map(({ data }) => data)
  const struct = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children })
  const writer = new RecordBatchFileWriter()
  writer.write(new RecordBatch(schema, struct))
  writer.finish()
  let [bytes, crc] = [0, 0]
  async function* parts() {
    for await (const part of writer) {
      bytes += part.length
      crc = crc32(part, crc)
      yield part
    }
  }
  await replaceFile(path, parts())
  await verify(path, bytes, columns)
  return { bytes, crc32: crc }
}

/** @throws DiagError when what is on disk is not what was written. */
async function verify(path: string, bytes: number, columns: readonly Column[]): Promise<void> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const reader = await (await RecordBatchReader.from(handle)).open()
    const names = reader.schema.fields.map(({ name }) => name)
    if (size === bytes && columns.every(({ name }) => names.includes(name))) return
    throw new DiagError(
      'unreadable',
      `${path} reads back as ${size} bytes with ${names.length} columns; ${bytes} with ${columns.length} were written`,
      'check the disk; the journals are kept',
    )
  } finally {
    await handle.close()
  }
}
