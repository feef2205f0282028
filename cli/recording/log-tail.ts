import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const TAIL_BYTES = 16_384

/** Stack frames of the runtime itself, which say nothing about a service and push out the line that does. */
const RUNTIME_FRAME = /^\s+at .*\(?node:internal\//

/** What Node says of the inspector that the agent's CPU profile comes from: nothing that the service wrote. */
const INSPECTOR_LINE = /^(Debugger attached\.|Waiting for the debugger to disconnect\.\.\.|Debugger ending on .*)$/

/** The last telling lines of a log of any size, without reading much more than them; none when it is empty. */
export function lastLines(file: string, count: number): string[] {
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES))
    const read = readSync(handle, bytes, 0, bytes.length, size - bytes.length)
    const lines = bytes.toString('utf8', 0, read).split(/\r?\n/)
    return lines.filter((line) => line.trim() !== '' && !isNoise(line)).slice(-count)
  } finally {
    closeSync(handle)
  }
}

function isNoise(line: string): boolean {
  return RUNTIME_FRAME.test(line) || INSPECTOR_LINE.test(line)
}
