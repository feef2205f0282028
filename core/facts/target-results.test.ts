import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../../fixtures/recordings/synthetic-options.js'
import { diagnose } from '../diagnose.js'
import { OUTCOMES, type Recording } from '../model/recording.js'
import type { Sla } from '../model/recording-meta.js'

const STREAM = { parseMs: 0.1, rate: 60, streamMs: 400, durationMs: 8000, slaP95Ms: null, noise: 0 } as const
/** The first byte comes within 40 ms, the last one 400 ms later. */
const streamed = (more: Partial<SyntheticOptions> = {}) => synthesize({ ...STREAM, ...more })

const ttft = (limitMs: number, percentile = 0.95): Sla => ({
  p95Ms: null,
  errorRate: null,
  percentiles: [],
  ttft: [{ percentile, limitMs }],
})
const judged = (recording: Recording, sla: Sla) => diagnose({ ...recording, meta: { ...recording.meta, sla } })

test('a first byte in time keeps its target, however long the answer then goes on', () => {
  const { slaMet, targets, endToEnd, headline } = judged(streamed(), ttft(60))
  expect(slaMet).toBe(true)
  expect(targets).toEqual([
    {
      name: 'ttft.p95',
      until: 'first-byte',
      percentile: 0.95,
      limitMs: 60,
      measuredMs: endToEnd.firstByteP95Ms,
      met: true,
      reason: null,
    },
  ])
  expect(headline).toMatch(/^p95 is \d+ ms; ttft\.p95 \(time to the first byte\) \d+ ms meets 60 ms[;,]/)
})

test('a first byte that is late misses the SLA alone, and the headline names it', () => {
  const both = { ...ttft(20), p95Ms: 1000, percentiles: [{ percentile: 0.95, limitMs: 1000 }] }
  const { slaMet, targets, headline } = judged(streamed({ unattributedMs: 100 }), both)
  expect(slaMet).toBe(false)
  expect(targets.map(({ name, met }) => [name, met])).toEqual([
    ['p95', true],
    ['ttft.p95', false],
  ])
  expect(headline).toMatch(
    /^p95 \d+ ms meets the 1 s SLA; ttft\.p95 \(time to the first byte\) is 1\d\d ms against 20 ms/,
  )
  expect(headline).not.toMatch(/; nothing stands out/)
})

test('it counts from when a request was due, so that late sends are late first bytes', () => {
  const late = judged(streamed({ sendLagMs: 30, observed: 'client' }), ttft(60)).targets[0]!.measuredMs!
  const punctual = judged(streamed({ observed: 'client' }), ttft(60)).targets[0]!.measuredMs!
  expect(late).toBeGreaterThan(punctual + 20)
})

test('a request that timed out without a first byte waited as long as its client did', () => {
  const recording = streamed({ observed: 'client' })
  const { requests } = recording
  const timedOut = (row: number) => row % 10 === 0
  const outcome = requests.outcome.map((was, row) => (timedOut(row) ? OUTCOMES.indexOf('timeout') : was))
  const firstByteMs = requests.firstByteMs.map((was, row) => (timedOut(row) ? Number.NaN : was))
  const [result] = judged({ ...recording, requests: { ...requests, outcome, firstByteMs } }, ttft(60)).targets
  expect(result).toMatchObject({ met: false })
  expect(result!.measuredMs).toBeGreaterThan(400)
})

test('where no first byte was recorded it is not measured, and the SLA not met', () => {
  const recording = streamed({ observed: 'client' })
  const firstByteMs = recording.requests.firstByteMs.map(() => Number.NaN)
  const imported = { ...recording, requests: { ...recording.requests, firstByteMs } }
  for (const [unseen, why] of [
    [imported, 'not measured: answers were recorded without their first byte'],
    [streamed({ observed: 'server' }), 'not measured: no client recorded the first byte'],
  ] as const) {
    const { slaMet, targets, headline } = judged(unseen, ttft(60))
    expect(slaMet).toBeNull()
    expect(targets).toMatchObject([{ measuredMs: null, met: null, reason: why }])
    expect(headline).toContain(`; no verdict on ttft.p95 (time to the first byte): ${why}`)
  }
})

test('too few requests for its percentile give no verdict, nor does a recording of before change', () => {
  const { slaMet, targets } = judged(streamed({ durationMs: 3000 }), ttft(60, 0.99))
  expect(slaMet).toBeNull()
  expect(targets[0]!.reason).toMatch(/^\d+ timed requests, 368 are needed$/)
  const before = { p95Ms: 1000, errorRate: null, percentiles: [{ percentile: 0.95, limitMs: 1000 }] }
  expect(judged(streamed(), before)).toMatchObject({ slaMet: true, targets: [{ name: 'p95', until: 'last-byte' }] })
})
