import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const MAX_FILES_PER_PROCESS = 10_000

/**
 * A journal file of one process, opened when there is something to write. A failed append leaves the file where it
 * was, so that a record is never torn by a full disk and the next attempt writes over the torn end.
 */
export class JournalFile {
  readonly #directory: string
  readonly #pid: number
  readonly #header: () => Uint8Array
  #fd: number | undefined
  #position = 0

  /** `header`: the file's first bytes, asked for when it is opened. */
  constructor(directory: string, pid: number, header: () => Uint8Array) {
    this.#directory = directory
    this.#pid = pid
    this.#header = header
  }

  /** Appends all of the parts or none. Throws what the file system says. */
  append(...parts: readonly Uint8Array[]): void {
    const fd = this.#open()
    let position = this.#position
    for (const part of parts) position = writeFully(fd, part, position)
    this.#position = position
  }

  #open(): number {
    if (this.#fd !== undefined) return this.#fd
    mkdirSync(this.#directory, { recursive: true })
    const fd = openNew(this.#directory, this.#pid)
    try {
      this.#position = writeFully(fd, this.#header(), 0)
    } catch (error) {
      closeSync(fd)
      throw error
    }
    this.#fd = fd
    return fd
  }
}

function openNew(directory: string, pid: number): number {
  for (let n = 0; ; n += 1) {
    try {
      return openSync(join(directory, `journal-${pid}-${n}.idj`), 'wx')
    } catch (error) {
      if (n >= MAX_FILES_PER_PROCESS || (error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

function writeFully(fd: number, bytes: Uint8Array, position: number): number {
  let done = 0
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, position + done)
  return position + bytes.length
}
