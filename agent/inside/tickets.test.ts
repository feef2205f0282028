import { expect, test } from 'vitest'
import { SHARED_OFFSET, TICKET_STATES } from '../../core/model/journal-layout.js'
import { Tickets } from './tickets.js'

test('the depth counts tickets that wait, seen from every thread of the process', () => {
  const shared = new SharedArrayBuffer(SHARED_OFFSET.end)
  const [enqueuing, batching] = [new Tickets(shared), new Tickets(shared)]
  expect(enqueuing.depth()).toBeNaN()
  const [first, second] = [enqueuing.take(1, 0), enqueuing.take(2, 0)]
  expect(batching.depth()).toBe(2)
  expect(batching.release(structuredClone(first))).toBe(true)
  expect(enqueuing.release(first)).toBe(false)
  expect(enqueuing.depth()).toBe(1)
  batching.release(second)
  expect(enqueuing.depth()).toBe(0)
})

test('tickets that nobody ever takes do not add up without bound', () => {
  const tickets = new Tickets(new SharedArrayBuffer(SHARED_OFFSET.end))
  for (let i = 0; i < TICKET_STATES * 2; i += 1) tickets.take(0, 0)
  expect(tickets.depth()).toBe(TICKET_STATES)
})

test('a service that reports its own queue depth is not contradicted', () => {
  const tickets = new Tickets(new SharedArrayBuffer(SHARED_OFFSET.end))
  tickets.take(1, 0)
  tickets.depthGauged()
  expect(tickets.depth()).toBeNaN()
})
