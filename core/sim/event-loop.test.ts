import { describe, expect, it } from 'vitest'
import { simulate } from './simulate.js'

/** A loop (0) and a thread (1): request, other thread, answer. */
const ROUTE = [0, 1, 0]

function run(
  loop: 'in-order' | 'rounds',
  arrivals: readonly { readonly atMs: number; readonly needsMs: readonly number[] }[],
) {
  const stations = [
    loop === 'rounds' ? ({ kind: 'event-loop', returningFrom: 1 } as const) : ({ kind: 'pool', servers: 1 } as const),
    { kind: 'pool', servers: 8 } as const,
  ]
  const arrivalMs = Float64Array.from(arrivals, ({ atMs }) => atMs)
  const demandMs = Float64Array.from(arrivals.flatMap(({ needsMs }) => needsMs))
  return [...simulate({ stations, route: ROUTE }, { arrivalMs, demandMs }).endMs]
}

describe('an event loop that works in rounds', () => {
  // Request 0 comes back from the other thread at 12 ms, while the loop works for request 1 and others wait.
  const arrivals = [
    { atMs: 0, needsMs: [10, 2, 1] },
    { atMs: 1, needsMs: [10, 0, 1] },
    { atMs: 2, needsMs: [10, 0, 1] },
    { atMs: 11, needsMs: [10, 0, 1] },
  ]

  it('serves what returns from another thread first, but not before the round is over', () => {
    // Round 1: request 0. Round 2: requests 1 and 2, until 30. Round 3: answers 0 and 1 (request 2 returns at 30), then request 3.
    const [answer0, answer1] = run('rounds', arrivals)
    expect(answer0).toBe(31)
    expect(answer1).toBe(32)
  })

  it('answers later when everything is served in order', () => {
    expect(run('in-order', arrivals)[0]).toBe(41)
  })

  it('does as much work either way', () => {
    expect(Math.max(...run('rounds', arrivals))).toBe(Math.max(...run('in-order', arrivals)))
  })

  it('starts at once when it is idle', () => {
    expect(run('rounds', [{ atMs: 5, needsMs: [1, 2, 3] }])).toEqual([11])
  })
})
