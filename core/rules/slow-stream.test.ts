import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { diagnose } from '../diagnose.js'
import { factsOf } from '../facts/fact.js'
import { streams } from '../model/diagnosis.js'
import { slowStream } from './slow-stream.js'

const CAUSE = { parseMs: 0.1, rate: 60, streamMs: 400, slaP95Ms: 100 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => slowStream.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: 'high',
    removal: { change: 'stage.stream=0x' },
    summary: expect.stringMatching(/ pass on average .* while the event loop is free\. The first byte comes after /),
  })
})

test('the stream is told from what passes before the first byte, which keeps its own name', () => {
  const diagnosis = diagnose(synthesize({ ...CAUSE, noise: 0, unattributedMs: 300 }))
  expect(diagnosis.findings.map(({ id, confidence }) => [id, confidence])).toEqual([
    ['slow-stream', 'high'],
    ['unattributed-time', 'high'],
  ])
  const { endToEnd } = diagnosis
  expect(streams(endToEnd)).toBe(true)
  expect(endToEnd.firstByteP50Ms).toBeGreaterThan(300)
  expect(endToEnd.firstByteP50Ms).toBeLessThan(340)
  expect(endToEnd.streamP50Ms).toBeGreaterThan(395)
  expect(endToEnd.streamP50Ms).toBeLessThan(410)
})

test('where no client looked, the first write is the first byte', () => {
  const { endToEnd } = diagnose(synthesize({ ...CAUSE, noise: 0, observed: 'server' }))
  expect(endToEnd.firstByteP50Ms).toBeLessThan(40)
  expect(endToEnd.streamP95Ms).toBeGreaterThan(395)
  const atOnce = diagnose(synthesize({ parseMs: 0.1, observed: 'server' })).endToEnd
  expect([streams(atOnce), atOnce.streamP95Ms]).toEqual([false, 0])
})

test('it stays clear on an answer that is sent at once, however late it comes', () => {
  expect(judge({ parseMs: 0.1, downstreamMs: 60, slaP95Ms: 50 })).toEqual({
    verdict: 'clear',
    reason: 'answers are sent at once',
  })
})

test('it stays clear where the wait before the answer is what takes long', () => {
  expect(judge({ ...CAUSE, streamMs: 20, unattributedMs: 200 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('a stream within the target is worth low confidence at most', () => {
  expect(judge({ ...CAUSE, slaP95Ms: null })).toMatchObject({ verdict: 'fired', confidence: 'low' })
})

test('seen from outside, the headline tells the first byte from the last', () => {
  const { headline } = diagnose(synthesize({ ...CAUSE, observed: 'client' }))
  expect(headline).toMatch(/; answers come in parts, their first byte with a p95 of \d+ ms; stages were not measured/)
})
