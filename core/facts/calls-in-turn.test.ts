import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { callsInTurn } from './calls-in-turn.js'
import { factsOf } from './fact.js'

const recorded = (downstreamCalls: number) =>
  synthesize({ parseMs: 0.1, rate: 50, downstreamMs: 60, downstreamCalls, noise: 0, durationMs: 5000 })

test('calls of which no two overlap are counted, with what would remain of them together', () => {
  const found = callsInTurn(factsOf(recorded(3)), 'downstream')!
  expect(found.calls).toBe(3)
  expect(found.eachMs).toBeGreaterThan(19.9)
  expect(found.eachMs).toBeLessThan(22)
  expect(found.together).toBeGreaterThan(0.33)
  expect(found.together).toBeLessThan(0.4)
})

test('one call, a stage that is not there, and a service seen from outside have none', () => {
  expect(callsInTurn(factsOf(recorded(1)), 'downstream')).toBeNull()
  expect(callsInTurn(factsOf(recorded(3)), 'lookup')).toBeNull()
  const outside = synthesize({ observed: 'client', durationMs: 2000 })
  expect(callsInTurn(factsOf(outside), 'downstream')).toBeNull()
})

test('calls that overlap in a fifth of the requests are not said to be made in turn', () => {
  const recording = recorded(2)
  const { spans, stages } = recording
  const seen = new Set<number>()
  for (let i = 0; i < spans.count; i++) {
    const request = spans.request[i]!
    if (stages[spans.stage[i]!] !== 'downstream' || request % 5 !== 0) continue
    // The second call begins with the first.
    if (seen.has(request)) spans.startMs[i]! -= 25
    seen.add(request)
  }
  expect(callsInTurn(factsOf(recording), 'downstream')).toBeNull()
})
