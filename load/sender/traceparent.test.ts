import { expect, test } from 'vitest'
import { identify } from './traceparent.js'

const run = { high: 0x1234_5678, low: 0x9abc_def0 }

test('a traceparent is valid by the W3C grammar and carries the parent id of the record', () => {
  for (const number of [0, 1, 0xffff_ffff]) {
    const { traceparent, parentIdHigh, parentIdLow } = identify(run, number)
    const parts = /^00-([0-9a-f]{32})-([0-9a-f]{8})([0-9a-f]{8})-01$/.exec(traceparent)
    expect(parts?.[1]).not.toMatch(/^0+$/)
    expect([parts?.[2], parts?.[3]].map((half) => Number.parseInt(half ?? '', 16))).toEqual([parentIdHigh, parentIdLow])
  }
})

test('no two requests of a run share a trace id or a parent id', () => {
  const identities = Array.from({ length: 200_000 }, (_, number) => identify(run, number).traceparent)
  expect(new Set(identities.map((traceparent) => traceparent.slice(3, 35))).size).toBe(200_000)
  expect(new Set(identities.map((traceparent) => traceparent.slice(36, 52))).size).toBe(200_000)
})

test('a run whose random key is all zero still has no all-zero parent id', () => {
  expect(identify({ high: 0, low: 0 }, 0).parentIdHigh).not.toBe(0)
})
