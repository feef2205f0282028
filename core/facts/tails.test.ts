import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { Recording } from '../model/recording.js'
import { timeOrder } from '../stats/time-order.js'
import { factsOf } from './fact.js'
import { tails } from './tails.js'
import { traffic } from './traffic.js'

/** Latencies in steps of that many ms, so that many are equal. */
function inSteps(recording: Recording, stepMs: number): Recording {
  const { requests } = recording
  const clientEndMs = requests.clientEndMs.map(
    (endMs, row) => requests.scheduledMs[row]! + stepMs * Math.ceil((endMs - requests.scheduledMs[row]!) / stepMs),
  )
  return { ...recording, requests: { ...requests, clientEndMs } }
}

test('the members of a tail are neighbours in the order of latency, equal ones in that of arrival', () => {
  const recorded = synthesize({ durationMs: 8000 })
  for (const recording of [recorded, inSteps(recorded, 40), inSteps(recorded, 1e6)]) {
    const facts = factsOf(recording)
    const order = [...timeOrder(facts.find(traffic)!.latencyMs)]
    for (const { members, percentile } of facts.find(tails)!) {
      const first = order.indexOf(members[0]!)
      expect([...members]).toEqual(order.slice(first, first + members.length))
      expect(Math.abs(first + members.length / 2 - percentile * order.length)).toBeLessThan(members.length)
    }
  }
})
