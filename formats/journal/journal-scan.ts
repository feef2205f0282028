import { basename } from 'node:path'
import type { HeaderRecord } from '../../core/model/journal-encoder.js'
import { COMMON, KIND, RECORD_BYTES } from '../../core/model/journal-layout.js'
import { parseHeader, readChunks } from './journal-file.js'
import { TextAssembly } from './text-assembly.js'

const KNOWN_KINDS = new Set<number>(Object.values(KIND))

/** What the first pass over a journal file learns: how much of it counts, how many rows it has, and its texts. */
export type ScannedJournal = {
  readonly path: string
  readonly name: string
  readonly header: HeaderRecord
  /** Up to here the file is whole records; the rest is a torn tail, or was written after this scan. */
  readonly validBytes: number
  /** Records by kind. */
  readonly counts: Uint32Array
  readonly texts: TextAssembly
  /** Records given up at the end: one cut in the middle, or everything after one that was never written. */
  readonly torn: number
  /** Records of a kind that this version does not know. */
  readonly unknown: number
}

export type ScanOutcome =
  | { readonly kind: 'scanned'; readonly journal: ScannedJournal }
  | { readonly kind: 'skipped'; readonly name: string; readonly reason: string }

/** @throws DiagError when the file cannot be read or is of a newer version. */
export async function scanJournal(path: string): Promise<ScanOutcome> {
  const name = basename(path)
  const counts = new Uint32Array(256)
  const texts = new TextAssembly()
  let header: HeaderRecord | null = null
  let [bytes, torn, unknown] = [0, 0, 0]
  let open = true
  for await (const view of readChunks(path)) {
    let at = 0
    if (header === null) {
      const outcome = parseHeader(view, name)
      if (outcome.kind === 'foreign') return { kind: 'skipped', name, reason: outcome.reason }
      if (outcome.kind === 'empty') break
      header = outcome.header
      at = RECORD_BYTES
    }
    for (; open && at + RECORD_BYTES <= view.byteLength; at += RECORD_BYTES) {
      const kind = view.getUint8(at + COMMON.kind)
      if (kind === 0) {
        open = false
        break
      }
      counts[kind]!++
      if (kind === KIND.text) texts.add(view, at)
      else if (!KNOWN_KINDS.has(kind)) unknown++
    }
    bytes += at
    torn += Math.ceil((view.byteLength - at) / RECORD_BYTES)
  }
  if (header === null) return { kind: 'skipped', name, reason: 'it ends before its header' }
  return { kind: 'scanned', journal: { path, name, header, validBytes: bytes, counts, texts, torn, unknown } }
}
