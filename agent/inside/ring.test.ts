import { expect, test } from 'vitest'
import { KIND, RING, SHARED, SHARED_OFFSET, WORKER_RING_RECORDS } from '../../core/model/journal-layout.js'
import { RingDrain } from '../outside/ring-drain.js'
import { Names } from './names.js'
import { Ring } from './ring.js'

const THREAD = 1

function claimedRing() {
  const shared = new SharedArrayBuffer(SHARED_OFFSET.end)
  new Int32Array(shared, 0, SHARED.rings)[SHARED.ringsClaimed] = THREAD + 1
  return { shared, ring: new Ring(shared, THREAD), drain: new RingDrain(shared) }
}

function put(ring: Ring, value: number): void {
  const slot = ring.open(KIND.ticket, 0, 0)
  if (slot < 0) return
  ring.views.f64[slot * 8 + 1] = value
  ring.publish()
}

function valuesOf(parts: readonly Uint8Array[]): number[] {
  return parts.flatMap((part) => {
    const floats = new Float64Array(part.slice().buffer)
    return Array.from({ length: floats.length / 8 }, (_, record) => floats[record * 8 + 1]!)
  })
}

test('records come out once, in order, across the ring wrapping around', () => {
  const { ring, drain } = claimedRing()
  const seen: number[] = []
  const total = WORKER_RING_RECORDS * 3
  for (let value = 0; value < total; value += 1) {
    put(ring, value)
    if (value % 5000 === 4999) drain.drain((...parts) => seen.push(...valuesOf(parts)))
  }
  drain.drain((...parts) => seen.push(...valuesOf(parts)))
  expect(seen).toEqual(Array.from({ length: total }, (_, value) => value))
  expect(drain.losses()).toEqual([])
})

test('positions may pass 2^31 and 2^32', () => {
  const { shared, drain } = claimedRing()
  const words = new Int32Array(shared)
  const first = SHARED.rings + THREAD * RING.words
  for (const read of [0x7fff_fffe | 0, -2]) {
    words[first + RING.read] = read
    words[first + RING.written] = (read + 4) | 0
    let bytes = 0
    drain.drain((...parts) => {
      for (const part of parts) bytes += part.length
    })
    expect(bytes).toBe(4 * 64)
  }
})

test('a full ring keeps the oldest records and counts the others', () => {
  const { ring, drain } = claimedRing()
  for (let value = 0; value < WORKER_RING_RECORDS + 7; value += 1) put(ring, value)
  const seen: number[] = []
  expect(drain.drain((...parts) => seen.push(...valuesOf(parts)))).toBe(1)
  expect(seen).toHaveLength(WORKER_RING_RECORDS)
  expect(seen.at(-1)).toBe(WORKER_RING_RECORDS - 1)
  expect(drain.losses()).toEqual([{ ring: THREAD, records: 7, names: 0 }])
  expect(drain.losses()).toEqual([])
})

test('records that could not be written stay for the next attempt', () => {
  const { ring, drain } = claimedRing()
  put(ring, 42)
  const refuse = () => {
    throw new Error('ENOSPC')
  }
  expect(() => drain.drain(refuse)).toThrow('ENOSPC')
  const seen: number[] = []
  drain.drain((...parts) => seen.push(...valuesOf(parts)))
  expect(seen).toEqual([42])
})

test('names beyond the limit share one id and are counted', () => {
  const { ring, drain } = claimedRing()
  const names = new Names(ring, 2)
  expect([names.id('a', 'other'), names.id('b', 'other'), names.id('a', 'other')]).toEqual([1, 2, 1])
  expect([names.id('c', 'other'), names.id('d', 'other')]).toEqual([3, 3])
  expect(drain.losses()).toEqual([{ ring: THREAD, records: 0, names: 2 }])
})

test('a name that finds no room in the ring has no id until there is room', () => {
  const { ring, drain } = claimedRing()
  const names = new Names(ring)
  for (let value = 0; value < WORKER_RING_RECORDS; value += 1) put(ring, value)
  expect(names.id('late', 'other')).toBe(0)
  drain.drain(() => {})
  expect(names.id('late', 'other')).toBe(1)
})

test('a name that is no string is recorded by its text', () => {
  const { ring } = claimedRing()
  const names = new Names(ring)
  expect(names.id(7 as unknown as string, 'other')).toBe(names.id('7', 'other'))
})

test('an empty name, and one that no string can be made of, are recorded as the fallback', () => {
  const { ring } = claimedRing()
  const names = new Names(ring)
  expect(names.id(Object.create(null), 'other')).toBe(names.id('other', 'other'))
  expect(names.id('', 'other')).toBe(names.id('other', 'other'))
})

test('very long names are cut, and equal once cut', () => {
  const { ring } = claimedRing()
  const names = new Names(ring)
  expect(names.id('x'.repeat(10_000), 'other')).toBe(names.id('x'.repeat(20_000), 'other'))
})
