import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import {
  CLIENT,
  COMMON,
  HEADER,
  JOURNAL_MAGIC,
  KIND,
  RECORD_BYTES,
  TEXT,
  WRITER,
} from '../../core/model/journal-layout.js'
import { OUTCOMES, PHASES } from '../../core/model/recording.js'

/** Every request that the load generator's journals in a folder hold. */
export async function clientRecords(folder: string) {
  const files = (await readdir(folder)).filter((name) => /^journal-load-\d+-\d+\.idj$/.test(name))
  const journals = await Promise.all(files.map((file) => readFile(join(folder, file))))
  return journals.flatMap(decode)
}

function decode(bytes: Buffer) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  expect(view.getUint32(HEADER.magic, true)).toBe(JOURNAL_MAGIC)
  expect(view.getUint16(HEADER.writer, true)).toBe(WRITER.load)
  expect(bytes.length % RECORD_BYTES).toBe(0)
  const texts = new Map<number, string>([[0, '']])
  const records = []
  for (let at = RECORD_BYTES; at < bytes.length; at += RECORD_BYTES) {
    if (view.getUint8(at) === KIND.text) {
      const text = bytes.toString('utf8', at + TEXT.bytes, at + RECORD_BYTES)
      texts.set(view.getUint16(at + COMMON.name, true), text.replace(/\0+$/, ''))
      continue
    }
    expect(view.getUint8(at)).toBe(KIND.client)
    const hex = (offset: number) =>
      view
        .getUint32(at + offset, true)
        .toString(16)
        .padStart(8, '0')
    records.push({
      error: texts.get(view.getUint16(at + COMMON.name, true)),
      status: view.getUint16(at + CLIENT.status, true),
      scheduledMs: view.getFloat64(at + CLIENT.scheduledMs, true),
      sentMs: view.getFloat64(at + CLIENT.sentMs, true),
      endMs: view.getFloat64(at + CLIENT.endMs, true),
      firstByteMs: view.getFloat32(at + CLIENT.firstByteMs, true),
      bytesSent: view.getFloat32(at + CLIENT.bytesSent, true),
      bytesReceived: view.getFloat32(at + CLIENT.bytesReceived, true),
      parentId: hex(CLIENT.parentIdHigh) + hex(CLIENT.parentIdLow),
      outcome: OUTCOMES[view.getUint8(at + CLIENT.outcome)],
      phase: PHASES[view.getUint8(at + CLIENT.phase)],
    })
  }
  return records
}
