import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { formatBytes } from '../../core/model/quantity.js'

const LOOK_EVERY_MS = 100
const LINE_END = 10

export type LogLimits = {
  /** A longer log is cut. */
  readonly mostBytes: number
  /** What stays of it at either end. */
  readonly keptBytes: number
}

const LIMITS: LogLimits = { mostBytes: 16e6, keptBytes: 1e6 }

/**
 * The file that a service's output goes to. The service appends to it by itself, so it never waits for us; when the file
 * grows too long, its middle is cut out under it, so that no service fills the disk.
 */
export class ServiceLog {
  readonly #fd: number
  readonly #limits: LogLimits
  readonly #timer: NodeJS.Timeout
  #headBytes: number | null = null
  #markBytes = 0
  #cutBytes = 0
  #open = true

  /** Begins an empty log. Throws what the file system says. */
  constructor(file: string, limits = LIMITS) {
    closeSync(openSync(file, 'w'))
    this.#fd = openSync(file, 'a+')
    this.#limits = limits
    this.#timer = setInterval(() => this.bound(), LOOK_EVERY_MS).unref()
  }

  /** To be handed to the service: every write to it appends. */
  get fd(): number {
    return this.#fd
  }

  /** What the file lacks of the output, in bytes. */
  get cutBytes(): number {
    return this.#cutBytes
  }

  /** Cuts the middle out of a log that is too long. What is written between the reading and the cut is lost uncounted. */
  bound(): void {
    if (!this.#open) return
    try {
      const { size } = fstatSync(this.#fd)
      if (size > this.#limits.mostBytes) this.#cut(size)
    } catch {
      // The log is a convenience: it may not end a recording.
    }
  }

  /** No more is cut, and nothing more may be handed out. */
  close(): void {
    if (!this.#open) return
    this.bound()
    this.#open = false
    clearInterval(this.#timer)
    closeSync(this.#fd)
  }

  #cut(size: number): void {
    const { keptBytes } = this.#limits
    this.#headBytes ??= this.#read(0, keptBytes).lastIndexOf(LINE_END) + 1 || keptBytes
    const last = this.#read(size - keptBytes, keptBytes)
    const tail = last.subarray(last.indexOf(LINE_END) + 1)
    ftruncateSync(this.#fd, this.#headBytes)
    this.#cutBytes += size - this.#headBytes - this.#markBytes - tail.length
    const mark = Buffer.from(`\n--- infer-diag cut ${formatBytes(this.#cutBytes)} of output out here ---\n\n`)
    this.#markBytes = mark.length
    writeSync(this.#fd, Buffer.concat([mark, tail]))
  }

  #read(position: number, length: number): Buffer {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(this.#fd, bytes, 0, length, position))
  }
}
