import { readFileSync } from 'node:fs'

/** What /proc counts in. */
export type KernelUnits = { readonly clockTicksPerSecond: number; readonly pageBytes: number }

// getauxval(3): AT_PAGESZ and AT_CLKTCK, the sources of getconf PAGESIZE and CLK_TCK.
const AT_PAGESZ = 6
const AT_CLKTCK = 17
const USUAL: KernelUnits = { clockTicksPerSecond: 100, pageBytes: 4096 }

/** The auxiliary vector: pairs of native words (type, value). What it lacks falls back to 100 ticks and 4 KiB. */
export function parseAuxiliaryVector(bytes: Buffer, wordBytes: 4 | 8): KernelUnits {
  const word = (at: number) => (wordBytes === 8 ? Number(bytes.readBigUInt64LE(at)) : bytes.readUInt32LE(at))
  const found = new Map<number, number>()
  for (let at = 0; at + 2 * wordBytes <= bytes.length; at += 2 * wordBytes) found.set(word(at), word(at + wordBytes))
  return {
    clockTicksPerSecond: found.get(AT_CLKTCK) ?? USUAL.clockTicksPerSecond,
    pageBytes: found.get(AT_PAGESZ) ?? USUAL.pageBytes,
  }
}

let units: KernelUnits | null = null

/** Of this kernel, from our own process; read once. */
export function kernelUnits(): KernelUnits {
  units ??= read()
  return units
}

function read(): KernelUnits {
  try {
    const wordBytes = process.arch === 'arm' || process.arch === 'ia32' ? 4 : 8
    return parseAuxiliaryVector(readFileSync('/proc/self/auxv'), wordBytes)
  } catch {
    return USUAL
  }
}
