import { KIND, RECORD_BYTES, TEXT, TEXT_CHUNK_BYTES, TEXT_USE } from '../../core/model/journal-layout.js'
import type { Ring } from './ring.js'

// Ids are u16 and the journal writer owns the upper half; far fewer names are enough for any sensible service.
const MAX_NAMES = 16_384
const MAX_NAME_CHARS = 200
const MAX_CHUNKS = 255

/** Gives the strings of one thread their ids and writes each into the ring before its first use. */
export class Names {
  readonly #ring: Ring
  readonly #ids = new Map<string, number>()
  readonly #maxNames: number
  #lastId = 0

  constructor(ring: Ring, maxNames = MAX_NAMES) {
    this.#ring = ring
    this.#maxNames = maxNames
  }

  /** The id of `name`, or of `fallback` once too many names are in use; 0 when the ring has no room for a new one. */
  id(name: string, fallback: string): number {
    return this.#ids.get(name) ?? this.#newOrShortened(name, fallback)
  }

  #newOrShortened(name: string, fallback: string): number {
    const key = textOf(name, fallback).slice(0, MAX_NAME_CHARS) || fallback
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    if (this.#ids.size < this.#maxNames) return this.#add(key)
    this.#ring.dropName()
    return this.#ids.get(fallback) ?? this.#add(fallback)
  }

  #add(name: string): number {
    const id = this.#lastId + 1
    if (!writeText(this.#ring, TEXT_USE.name, id, name)) return 0
    this.#lastId = id
    this.#ids.set(name, id)
    return id
  }
}

/** A JavaScript service may name a stage by anything, even by what no string can be made of. */
function textOf(name: unknown, fallback: string): string {
  try {
    return String(name)
  } catch {
    return fallback
  }
}

/** Writes a text in as many records as it needs; false when it is too long or the ring has no room for all. */
export function writeText(ring: Ring, use: number, id: number, text: string): boolean {
  const bytes = Buffer.from(text, 'utf8')
  const chunks = Math.max(1, Math.ceil(bytes.length / TEXT_CHUNK_BYTES))
  if (chunks > MAX_CHUNKS || !ring.hasRoom(chunks)) {
    ring.drop()
    return false
  }
  const { u8 } = ring.views
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const at = ring.open(KIND.text, use, id) * RECORD_BYTES
    u8[at + TEXT.chunk] = chunk
    u8[at + TEXT.chunks] = chunks
    u8.fill(0, at + TEXT.bytes, at + RECORD_BYTES)
    u8.set(bytes.subarray(chunk * TEXT_CHUNK_BYTES, (chunk + 1) * TEXT_CHUNK_BYTES), at + TEXT.bytes)
  }
  ring.publish()
  return true
}
