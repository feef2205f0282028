import { expect, test } from 'vitest'
import { parseAuxiliaryVector } from './kernel-units.js'

test('tick rate and page size are found among the pairs of either word size', () => {
  const pairs = [33, 0x7ffc, 6, 65536, 17, 250, 0, 0]
  const wide = Buffer.alloc(pairs.length * 8)
  const narrow = Buffer.alloc(pairs.length * 4)
  for (const [i, word] of pairs.entries()) {
    wide.writeBigUInt64LE(BigInt(word), i * 8)
    narrow.writeUInt32LE(word, i * 4)
  }
  expect(parseAuxiliaryVector(wide, 8)).toEqual({ clockTicksPerSecond: 250, pageBytes: 65536 })
  expect(parseAuxiliaryVector(narrow, 4)).toEqual({ clockTicksPerSecond: 250, pageBytes: 65536 })
})

test('what the vector lacks is what nearly every kernel has', () => {
  expect(parseAuxiliaryVector(Buffer.alloc(0), 8)).toEqual({ clockTicksPerSecond: 100, pageBytes: 4096 })
})
