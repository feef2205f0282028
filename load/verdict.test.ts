import { expect, test } from 'vitest'
import { judgeLoad, type LoadEvidence } from './verdict.js'

const none = { ok: 0, 'http-error': 0, timeout: 0, refused: 0, reset: 0, aborted: 0, unobserved: 0 }
const sound: LoadEvidence = {
  measured: { scheduled: 1000, sent: 1000, outcomes: { ...none, ok: 1000 } },
  statuses: { 200: 1000 },
  errors: {},
  sendLagP99Ms: 0.4,
  latencyP95Ms: 20,
  latencyP99Ms: 25,
  latencyFromSentP95Ms: 19.8,
  senderLoopBusyFraction: 0.2,
  heldBack: false,
  stoppedEarly: false,
}

test('a client that kept up is not void', () => {
  expect(judgeLoad(sound)).toBeNull()
})

test('send lag is judged by what it adds to p95, and not below what waking a thread costs', () => {
  expect(judgeLoad({ ...sound, latencyP95Ms: 3, latencyFromSentP95Ms: 2.1 })).toBeNull()
  expect(judgeLoad({ ...sound, latencyP95Ms: 140, latencyFromSentP95Ms: 134 })).toBeNull()
  expect(judgeLoad({ ...sound, latencyP95Ms: 140, latencyFromSentP95Ms: 132 })).toEqual({
    cause: 'client-bound',
    onlyLate: true,
    reason: 'the load generator could not keep up: late sends added 8 ms to p95, limit 7 ms',
  })
})

test('a tail of late sends voids the run even where p95 does not show it', () => {
  expect(judgeLoad({ ...sound, sendLagP99Ms: 4.5 })).toBeNull()
  expect(judgeLoad({ ...sound, sendLagP99Ms: 6, latencyP99Ms: 140 })).toBeNull()
  expect(judgeLoad({ ...sound, sendLagP99Ms: 6 })).toEqual({
    cause: 'client-bound',
    onlyLate: true,
    reason: 'the load generator could not keep up: send lag p99 6 ms, limit 5 ms',
  })
})

test('a service that leaves too much unanswered is at its limit, not the client', () => {
  const late = { ...sound, heldBack: true, latencyP95Ms: 9000, latencyFromSentP95Ms: 6000, sendLagP99Ms: 3000 }
  expect(judgeLoad(late)).toMatchObject({ cause: 'overloaded', reason: expect.stringContaining('8192 requests') })
  const unsent = { ...late, measured: { ...sound.measured, scheduled: 1500 } }
  expect(judgeLoad(unsent)).toMatchObject({ cause: 'overloaded' })
  expect(judgeLoad({ ...sound, heldBack: true })).toBeNull()
})

test('a busy sender, unsent requests and exhausted sockets are the client at its limit', () => {
  const busy = judgeLoad({ ...sound, senderLoopBusyFraction: 0.93 })
  expect(busy).toMatchObject({ cause: 'client-bound', reason: expect.stringContaining('93 % busy') })
  const unsent = judgeLoad({ ...sound, measured: { ...sound.measured, scheduled: 1500 } })
  expect(unsent).toMatchObject({ cause: 'client-bound', reason: expect.stringContaining('1000 of 1500') })
  expect(judgeLoad({ ...sound, errors: { EMFILE: 3 } })).toEqual({
    cause: 'client-bound',
    refused: 'EMFILE',
    reason:
      'the load generator could not keep up: this machine refused 3 connections: EMFILE (more open files than ulimit -n allows)',
  })
})

test('a service that answers nothing well is named with what it did, most frequent first', () => {
  const measured = { scheduled: 12, sent: 12, outcomes: { ...none, 'http-error': 9, refused: 3 } }
  expect(judgeLoad({ ...sound, measured, statuses: { 500: 9 }, errors: { ECONNREFUSED: 3 } })).toEqual({
    cause: 'all-failed',
    reason: 'each of 12 requests failed: 9 x status 500, 3 x ECONNREFUSED (nobody listens there)',
    mostly: 'http-error',
  })
})

test('requests that are never answered are said to be, not to be wrong', () => {
  const measured = { scheduled: 12, sent: 12, outcomes: { ...none, timeout: 12 } }
  expect(judgeLoad({ ...sound, measured, errors: { timeout: 12 } })).toEqual({
    cause: 'all-failed',
    reason: 'each of 12 requests failed: 12 x timeout (no complete answer in time)',
    mostly: 'timeout',
  })
})

test('a failure whose remedy is known comes with it', () => {
  const measured = { scheduled: 12, sent: 12, outcomes: { ...none, 'http-error': 7, reset: 5 } }
  const errors = { ERR_SSL_WRONG_VERSION_NUMBER: 5 }
  expect(judgeLoad({ ...sound, measured, statuses: { 404: 7 }, errors })!.reason).toBe(
    'each of 12 requests failed: 7 x status 404 (no such path: correct the URL), ' +
      '5 x ERR_SSL_WRONG_VERSION_NUMBER (no TLS there: write the URL with http://)',
  )
})

test('a run stopped early is void only when it had measured nothing', () => {
  const measured = { scheduled: 10, sent: 10, outcomes: { ...none, ok: 9, aborted: 1 } }
  expect(judgeLoad({ ...sound, measured, stoppedEarly: true })).toBeNull()
  const nothing = { scheduled: 0, sent: 0, outcomes: none }
  expect(judgeLoad({ ...sound, measured: nothing, sendLagP99Ms: Number.NaN, stoppedEarly: true })).toMatchObject({
    cause: 'nothing-measured',
  })
})
