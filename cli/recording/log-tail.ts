import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const TAIL_BYTES = 16_384

/** The last lines of a text file of any size, without reading more of it than they need; none when it is empty. */
export function lastLines(file: string, count: number): string[] {
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES))
    const read = readSync(handle, bytes, 0, bytes.length, size - bytes.length)
    const lines = bytes.toString('utf8', 0, read).split(/\r?\n/)
    return lines.filter((line) => line.trim() !== '').slice(-count)
  } finally {
    closeSync(handle)
  }
}
