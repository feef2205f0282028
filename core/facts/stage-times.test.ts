import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from './fact.js'
import { stageTimes } from './stage-times.js'
import { traffic } from './traffic.js'

function derive(recording = synthesize()) {
  const facts = factsOf(recording)
  const times = facts.get(stageTimes)
  const measured = facts.get(traffic)
  if (!times.known || !measured.known) throw new Error(JSON.stringify([times, measured]))
  return { times: times.value, traffic: measured.value }
}

test('the stages of every request sum to its latency', () => {
  const { times, traffic } = derive()
  for (let i = 0; i < traffic.rows.length; i++) {
    let sum = 0
    for (let e = times.starts[i]!; e < times.starts[i + 1]!; e++) sum += times.ms[e]!
    expect(Math.abs(sum - traffic.latencyMs[i]!)).toBeLessThan(1e-9)
  }
})
