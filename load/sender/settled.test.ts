import { expect, test } from 'vitest'
import type { Outcome } from '../../core/model/recording.js'
import { SettledLog, type SettledRequest, settledRequests } from './settled.js'

test('an answer that has begun is told at once, one that came whole in the meantime only as such', () => {
  const log = new SettledLog()
  const streamed = request(0)
  const whole = request(1)
  log.begin(streamed)
  log.begin(whole)
  log.add(ended(whole, 12))
  expect([...settledRequests(log.take())]).toEqual([
    { number: 1, scheduledMs: 10, firstByteMs: 11, endMs: 12, outcome: 'ok' },
    { number: 0, scheduledMs: 10, firstByteMs: 11, endMs: Number.NaN, outcome: null },
  ])
  expect(log.take()).toHaveLength(0)
  log.add(ended(streamed, 500))
  expect([...settledRequests(log.take())]).toMatchObject([{ number: 0, endMs: 500, outcome: 'ok' }])
})

function request(number: number): SettledRequest {
  return { number, scheduledMs: 10, firstByteMs: 11, endMs: Number.NaN, outcome: null }
}

/** A request is one object from its start to its end. */
function ended(begun: SettledRequest, endMs: number): SettledRequest & { readonly outcome: Outcome } {
  return Object.assign(begun, { endMs, outcome: 'ok' as const })
}
