import { describe, expect, it } from 'vitest'
import type { BatcherSpec, Handover, Jobs, StationSpec } from './network.js'
import { simulate } from './simulate.js'

const LOOP: StationSpec = { kind: 'pool', servers: 1 }
const prompt: Handover = {
  timerMs: new Float64Array(0),
  filledMs: new Float64Array(0),
  promptMs: 0,
  turnMs: new Float64Array(0),
}

/** Every job passes a loop for as long as it says, and then a batcher for 10 ms. */
function ends(
  spec: Partial<BatcherSpec>,
  ...jobs: readonly (readonly [arrivalMs: number, loopMs: number])[]
): number[] {
  const serviceMs = Float64Array.of(0, 10, 10, 10, 10)
  const station: BatcherSpec = { kind: 'batcher', maxBatch: 4, maxWaitMs: 0, slots: 1, serviceMs, ...spec }
  const input: Jobs = {
    arrivalMs: Float64Array.from(jobs, ([arrivalMs]) => arrivalMs),
    demandMs: Float64Array.from(jobs.flatMap(([, loopMs]) => [loopMs, 0])),
  }
  return [...simulate({ stations: [LOOP, station], route: [0, 1] }, input).endMs]
}

describe('disturbances of batches', () => {
  it('come one after the other, or as the job says that leads the batch', () => {
    const variation = Float64Array.of(1, 2, 3)
    expect(ends({ variation }, [0, 1], [100, 1])).toEqual([11, 121])
    expect(ends({ variation, draw: Float64Array.of(2, 0) }, [0, 1], [100, 1])).toEqual([31, 111])
  })

  it('are others while the loop works', () => {
    const crowded = { at: 0, variation: Float64Array.of(2), handover: { ...prompt, promptMs: 3 } }
    // The first batch leaves when the loop has turned to the second job, the second one with the loop idle.
    expect(ends({ crowded }, [0, 1], [0, 50])).toEqual([24, 61])
  })

  it('delay a batch that waited for the device otherwise than one that filled up while it was free', () => {
    const handover = { ...prompt, timerMs: Float64Array.of(5), filledMs: Float64Array.of(3) }
    const two = { handover, maxBatch: 2, maxWaitMs: 20 }
    expect(ends(two, [0, 0], [1, 0], [2, 0], [3, 0], [100, 0])).toEqual([14, 14, 24, 24, 135])
    expect(ends({ ...two, handover: { ...handover, filledMs: new Float64Array(0) } }, [0, 0], [1, 0])).toEqual([11, 11])
  })

  it('delay a batch the more the longer the device ran before it, but for the part that every batch has', () => {
    const handover = { ...prompt, promptMs: 1, turnMs: Float64Array.of(2) }
    const first = [0, 0] as const
    const second = [1, 0] as const
    const endsAfter = (ranMs: number) =>
      ends({ handover, serviceMs: Float64Array.of(0, ranMs, 5) }, first, second, second)
    // Where nothing ran before it counts as after a batch of one.
    expect(endsAfter(8)).toEqual([13, 23, 23])
    expect(endsAfter(27)).toEqual([34, 46, 46])
  })
})
