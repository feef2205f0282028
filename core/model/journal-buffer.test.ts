import { expect, test } from 'vitest'
import { JournalBuffer } from './journal-buffer.js'
import { CLIENT, COMMON, HEADER, JOURNAL_MAGIC, KIND, RECORD_BYTES, SAMPLE, TEXT, TEXT_USE } from './journal-layout.js'

test('a name is written once, before the first record that refers to it', () => {
  const buffer = new JournalBuffer(3)
  buffer.sample({ metric: 'host.cpu', instance: '', tMs: 5, value: 0.5 })
  buffer.sample({ metric: 'host.cpu', instance: '', tMs: 6, value: 0.25, simulated: true })
  const { view, kinds } = records(buffer.take())
  expect(kinds).toEqual([KIND.text, KIND.sample, KIND.sample])
  expect(view.getUint8(COMMON.flags)).toBe(TEXT_USE.name)
  expect(view.getUint16(TEXT.id, true)).toBe(1)
  expect(new TextDecoder().decode(new Uint8Array(view.buffer, TEXT.bytes, 8))).toBe('host.cpu')
  expect(view.getUint16(RECORD_BYTES + COMMON.name, true)).toBe(1)
  expect(view.getUint16(RECORD_BYTES + COMMON.thread, true)).toBe(3)
  expect(view.getUint16(RECORD_BYTES + SAMPLE.instance, true)).toBe(0)
  expect(view.getFloat64(RECORD_BYTES + SAMPLE.value, true)).toBe(0.5)
  expect(view.getUint8(2 * RECORD_BYTES + COMMON.flags)).toBe(1)
})

test('a long text takes as many records as it needs and is cut at 255 of them', () => {
  const buffer = new JournalBuffer()
  buffer.text('x'.repeat(57))
  expect(records(buffer.take()).kinds).toEqual([KIND.text, KIND.text])
  buffer.text('y'.repeat(100_000))
  const { view, kinds } = records(buffer.take())
  expect(kinds).toHaveLength(255)
  expect(view.getUint8(254 * RECORD_BYTES + TEXT.chunk)).toBe(254)
  expect(view.getUint8(254 * RECORD_BYTES + TEXT.chunks)).toBe(255)
})

test('records survive the buffer growing, and a taken buffer leaves nothing of the old records behind', () => {
  const buffer = new JournalBuffer()
  const header = { writer: 2, wallClockMs: 1e12, monotonicMs: 7, processStartMonotonicMs: 1, pid: 42, ppid: 41 }
  buffer.header(header)
  const client = { error: '', status: 200, scheduledMs: 1, sentMs: 2, endMs: 9, firstByteMs: 5 } as const
  for (let i = 0; i < 2000; i++) buffer.client({ ...client, endMs: i, outcome: 'ok', phase: 'warm-up' })
  const first = records(buffer.take())
  expect(first.view.getUint32(HEADER.magic, true)).toBe(JOURNAL_MAGIC)
  expect(first.kinds).toHaveLength(2001)
  for (let i = 0; i < 2000; i++) {
    expect(first.view.getFloat64((i + 1) * RECORD_BYTES + CLIENT.endMs, true)).toBe(i)
  }
  expect(first.view.getFloat32(RECORD_BYTES + CLIENT.firstByteMs, true)).toBe(3)
  buffer.ticket({ enqueuedMs: 1, startedMs: 2, endedMs: 3, request: 4, batch: 5 })
  const bytes = buffer.take()
  expect(bytes.subarray(40).every((byte) => byte === 0)).toBe(true)
  expect(buffer.take()).toHaveLength(0)
})

function records(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer)
  const kinds = Array.from({ length: bytes.length / RECORD_BYTES }, (_, i) => view.getUint8(i * RECORD_BYTES))
  return { view, kinds }
}
