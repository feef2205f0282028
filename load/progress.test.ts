import { expect, test } from 'vitest'
import { ProgressBoard } from './progress.js'

const told = (sent: number, completed: number, errors: number, latencies: number[]) =>
  ({
    kind: 'progress',
    counts: { sent, completed, errors },
    settled: Float64Array.from(latencies.flatMap((ms, i) => [i, 0, ms, ms, 0])),
  }) as const

test('counts of several senders add up', () => {
  const board = new ProgressBoard(2, 0)
  board.add(0, told(10, 8, 1, [1, 2]), 250)
  board.add(1, told(20, 20, 0, [3]), 250)
  expect(board.read()).toMatchObject({ sent: 30, completed: 28, inFlight: 2, errors: 1, p50Ms: 2, p95Ms: 3, rps: 112 })
})

test('rate and latencies are those of the last two seconds', () => {
  const board = new ProgressBoard(1, 0)
  for (let second = 1; second <= 10; second++) {
    const slow = second <= 5
    board.add(0, told(second * 10, second * 10, 0, [slow ? 900 : 5]), second * 1000)
  }
  expect(board.read()).toMatchObject({ rps: 10, p50Ms: 5, p95Ms: 5 })
})

test('before anything was answered rate and latencies are not numbers', () => {
  expect(new ProgressBoard(1, 0).read()).toEqual({
    sent: 0,
    completed: 0,
    inFlight: 0,
    errors: 0,
    rps: Number.NaN,
    p50Ms: Number.NaN,
    p95Ms: Number.NaN,
  })
})
