import { closeSync, openSync, readSync } from 'node:fs'

// Reading through a kept descriptor costs a third of open, read, close; but descriptors are the service's when the
// samplers run inside its process, so beyond this many files are opened for each reading.
const MAX_KEPT_OPEN = 256
// A sequence file hands out at most one kernel page a read and ends records whole, so a shorter read is the last one.
const SURELY_LAST_BYTES = 2048

let keptOpen = 0
let buffer = Buffer.allocUnsafe(64 * 1024)

/** A small file of /proc or /sys that is read again and again. Not for use by several threads at once. */
export class ProcFile {
  readonly path: string
  #fd: number | null = null

  constructor(path: string) {
    this.path = path
  }

  /** The text now; null when the file is gone, for a process because it ended. Other errors (EACCES ...) are thrown. */
  read(): string | null {
    try {
      const fd = this.#fd ?? openSync(this.path, 'r')
      if (this.#fd === null && keptOpen < MAX_KEPT_OPEN) {
        this.#fd = fd
        keptOpen++
      }
      try {
        return readAll(fd)
      } finally {
        if (this.#fd === null) closeSync(fd)
      }
    } catch (error) {
      if (!isGone(error)) throw error
      this.close()
      return null
    }
  }

  close(): void {
    if (this.#fd === null) return
    closeSync(this.#fd)
    this.#fd = null
    keptOpen--
  }
}

/** True for the errors that mean "no such process or file (any more)". */
export function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ESRCH' || code === 'ENOTDIR'
}

function readAll(fd: number): string {
  let bytes = 0
  for (;;) {
    if (bytes === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2)
    const read = readSync(fd, buffer, bytes, buffer.length - bytes, bytes)
    bytes += read
    if (read === 0 || bytes < SURELY_LAST_BYTES) return buffer.toString('utf8', 0, bytes)
  }
}
