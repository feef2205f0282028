import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { OUTCOMES, SPAN_ERROR } from '../model/recording.js'
import { errorsUnderLoad } from './errors-under-load.js'

const CAUSE = { parseMs: 0.1, queueLimit: 4 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => errorsUnderLoad.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on answers of 500 that come at any load', () => {
  expect(judge({ parseMs: 0.1, failEvery: 20 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('it judges a service seen from outside as well', () => {
  expect(judge({ ...CAUSE, observed: 'client' })).toMatchObject({ verdict: 'fired' })
})

test('it says which stage most timeouts waited in', () => {
  const recording = synthesize({ parseMs: 0.1 })
  const { requests, spans, stages } = recording
  const from = requests.count - 300
  for (let row = from; row < requests.count; row++) requests.outcome[row] = OUTCOMES.indexOf('timeout')
  for (let i = 0; i < spans.count; i++) {
    if (spans.request[i]! >= from && stages[spans.stage[i]!] === 'model') spans.flags[i]! |= SPAN_ERROR
  }
  const verdict = errorsUnderLoad.judge(factsOf(recording))
  expect(verdict).toMatchObject({ summary: expect.stringContaining('300 time out (300 of them in model)') })
})

test('it counts what was turned away', () => {
  expect(judge(CAUSE)).toMatchObject({ summary: expect.stringMatching(/\d+ are turned away/) })
})

test('refusals that come at any load are not said to come when it is high', () => {
  const recording = synthesize({ parseMs: 0.1, rate: 20, durationMs: 40_000 })
  const { requests } = recording
  for (let row = 0; row < requests.count; row += 5) {
    requests.outcome[row] = OUTCOMES.indexOf('http-error')
    requests.status[row] = 503
  }
  expect(errorsUnderLoad.judge(factsOf(recording))).toMatchObject({
    title: 'Requests fail at any load',
    summary: expect.stringMatching(
      /^20 % of the requests fail: \d+ are turned away\. They do not come with the load: /,
    ),
    clause: expect.stringMatching(/ are turned away, at any load$/),
    fixes: [expect.objectContaining({ title: expect.stringContaining('its log') }), expect.anything()],
  })
  expect(judge(CAUSE)).toMatchObject({ clause: expect.stringMatching(/ when load is high$/) })
})

test('timeouts of a full service come with its load, though everybody meets much company', () => {
  const recording = synthesize({ parseMs: 4.6, rate: 230 })
  const { requests } = recording
  for (let row = 0; row < requests.count; row += 2) requests.outcome[row] = OUTCOMES.indexOf('timeout')
  expect(errorsUnderLoad.judge(factsOf(recording))).toMatchObject({
    clause: expect.stringMatching(/ when load is high$/),
  })
})
