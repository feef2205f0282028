import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { OUTCOMES, SPAN_ERROR } from '../model/recording.js'
import { factsOf } from './fact.js'
import { failures } from './failures.js'

test('timeouts are told with the stage that most of them waited in, the innermost', () => {
  const recording = synthesize({ parseMs: 0.1 })
  const { requests, spans, stages } = recording
  const waitIn = (row: number, ...waiting: string[]) => {
    requests.outcome[row] = OUTCOMES.indexOf('timeout')
    for (let i = 0; i < spans.count; i++) {
      if (spans.request[i] === row && waiting.includes(stages[spans.stage[i]!]!)) spans.flags[i]! |= SPAN_ERROR
    }
  }
  const last = requests.count - 1
  waitIn(last, 'handler', 'deserialize', 'model')
  waitIn(last - 1, 'handler', 'deserialize', 'model')
  waitIn(last - 2, 'handler', 'deserialize')
  waitIn(last - 3)
  expect(factsOf(recording).find(failures)).toMatchObject({ timeouts: 4, stuck: { stage: 'model', timeouts: 2 } })
})

test('without timeouts nothing is stuck', () => {
  expect(factsOf(synthesize({ parseMs: 0.1 })).find(failures)).toMatchObject({ timeouts: 0, stuck: null })
})

test('requests that no client timed (probes of readiness) crowd nobody', () => {
  const recording = synthesize({ parseMs: 0.1 })
  const crowd = () => factsOf({ ...recording }).find(failures)!.inFlightAnswered
  const before = crowd()
  // The first ones have left long before the measured window opens.
  for (let row = 0; row < 100; row++) {
    recording.requests.scheduledMs[row] = Number.NaN
    recording.requests.clientEndMs[row] = Number.NaN
  }
  expect(crowd()).toBe(before)
})
