import { open } from 'node:fs/promises'
import { DiagError } from '../../core/errors.js'
import type { HeaderRecord } from '../../core/model/journal-encoder.js'
import { HEADER, JOURNAL_MAGIC, JOURNAL_VERSION, RECORD_BYTES } from '../../core/model/journal-layout.js'
import { unreadableFile } from '../unreadable.js'

/** Bounds the memory of reading a journal of any size. A multiple of RECORD_BYTES. */
const CHUNK_BYTES = 4 << 20

/** A journal's header, or why the file is not a journal that this version reads. */
export type HeaderOutcome =
  | { readonly kind: 'journal'; readonly header: HeaderRecord }
  /** Created, but the process died before its first flush. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'foreign'; readonly reason: string }

/** @throws DiagError for a journal of a newer version: what it means is unknown, so no guess is made. */
export function parseHeader(view: DataView, path: string): HeaderOutcome {
  if (view.byteLength < RECORD_BYTES) return { kind: 'empty' }
  const magic = view.getUint32(HEADER.magic, true)
  if (magic !== JOURNAL_MAGIC)
    return { kind: 'foreign', reason: `magic is 0x${hex(magic)}, not 0x${hex(JOURNAL_MAGIC)}` }
  const version = view.getUint16(HEADER.version, true)
  if (version > JOURNAL_VERSION) {
    throw new DiagError(
      'unreadable',
      `${path} is a version ${version} journal; this infer-diag reads up to version ${JOURNAL_VERSION}`,
      'upgrade: `npm install infer-diag@latest`',
    )
  }
  if (version === 0) return { kind: 'foreign', reason: 'journal version 0' }
  const header = {
    writer: view.getUint16(HEADER.writer, true),
    wallClockMs: view.getFloat64(HEADER.wallClockMs, true),
    monotonicMs: view.getFloat64(HEADER.monotonicMs, true),
    processStartMonotonicMs: view.getFloat64(HEADER.processStartMonotonicMs, true),
    pid: view.getUint32(HEADER.pid, true),
    ppid: view.getUint32(HEADER.ppid, true),
  }
  return { kind: 'journal', header }
}

/**
 * The file from its beginning in views of at most 4 MiB, up to `limitBytes`; only the last may end inside a record.
 * The same memory serves every view: use one before asking for the next.
 */
export async function* readChunks(path: string, limitBytes = Number.POSITIVE_INFINITY): AsyncGenerator<DataView> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unreadableFile(path, error)
  })
  try {
    const records = Math.max(1, Math.ceil((await handle.stat()).size / RECORD_BYTES))
    const bytes = new Uint8Array(Math.min(CHUNK_BYTES, records * RECORD_BYTES))
    let position = 0
    while (position < limitBytes) {
      let filled = 0
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, position + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      const wanted = Math.min(filled, limitBytes - position)
      if (wanted > 0) yield new DataView(bytes.buffer, 0, wanted)
      if (filled < bytes.length) return
      position += filled
    }
  } catch (error) {
    throw unreadableFile(path, error)
  } finally {
    await handle.close()
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0')
}
