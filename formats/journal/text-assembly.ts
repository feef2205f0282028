import { COMMON, TEXT, TEXT_CHUNK_BYTES, TEXT_USE } from '../../core/model/journal-layout.js'

/** What a thread or process says about itself. */
export type ThreadDescription = {
  readonly name?: string
  readonly kind?: 'main' | 'worker'
  readonly title?: string
  readonly runtime?: string
}

type Scalar = string | number | boolean

/** Puts the texts of one journal file together from their chunks. Ids are per thread of the file. */
export class TextAssembly {
  /** [thread][id] */
  readonly names: string[][] = []
  readonly threads = new Map<number, ThreadDescription>()
  /** Every CONFIG text, merged in the order they were written. */
  readonly config: Record<string, Scalar> = {}
  /** Texts that could not be read: a JSON object was wanted, or a chunk is missing. */
  broken = 0
  readonly #partial = new Map<number, { id: number; next: number; bytes: Uint8Array }>()

  add(view: DataView, offset: number): void {
    const thread = view.getUint16(offset + COMMON.thread, true)
    const id = view.getUint16(offset + TEXT.id, true)
    const chunk = view.getUint8(offset + TEXT.chunk)
    const chunks = view.getUint8(offset + TEXT.chunks)
    const begun = this.#partial.get(thread)
    if (chunk === 0 && begun !== undefined) this.broken++
    const partial = chunk === 0 ? { id, next: 0, bytes: new Uint8Array(chunks * TEXT_CHUNK_BYTES) } : begun
    if (partial === undefined || partial.id !== id || partial.next !== chunk || chunk >= chunks) {
      this.broken++
      this.#partial.delete(thread)
      return
    }
    const source = new Uint8Array(view.buffer, view.byteOffset + offset + TEXT.bytes, TEXT_CHUNK_BYTES)
    partial.bytes.set(source, chunk * TEXT_CHUNK_BYTES)
    partial.next++
    if (partial.next < chunks) {
      this.#partial.set(thread, partial)
      return
    }
    this.#partial.delete(thread)
    this.#finish(view.getUint8(offset + COMMON.flags), thread, id, decode(partial.bytes))
  }

  #finish(use: number, thread: number, id: number, text: string): void {
    if (use === TEXT_USE.name) {
      this.names[thread] ??= []
      this.names[thread][id] = text
      return
    }
    const object = parseObject(text)
    if (object === null) this.broken++
    else if (use === TEXT_USE.thread) this.threads.set(thread, { ...this.threads.get(thread), ...describe(object) })
    else if (use === TEXT_USE.config) {
      for (const [key, value] of Object.entries(object)) if (isScalar(value)) this.config[key] = value
    }
  }
}

const utf8 = new TextDecoder()

/** Without the zero padding, and without half a character where a long text was cut. */
function decode(bytes: Uint8Array): string {
  let end = bytes.length
  while (end > 0 && bytes[end - 1] === 0) end--
  return utf8.decode(bytes.subarray(0, end)).replace(/\ufffd$/, '')
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

function describe(object: Record<string, unknown>): ThreadDescription {
  const { name, kind, title, runtime } = object
  return {
    ...(typeof name === 'string' && { name }),
    ...((kind === 'main' || kind === 'worker') && { kind }),
    ...(typeof title === 'string' && { title }),
    ...(typeof runtime === 'string' && { runtime }),
  }
}

function isScalar(value: unknown): value is Scalar {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  )
}
