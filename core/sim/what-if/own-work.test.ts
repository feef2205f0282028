import { describe, expect, it } from 'vitest'
import { withOwnWork } from './own-work.js'
import { HAND_OVER, type Place, type Segment } from './service-model.js'

const loop: Place = { kind: 'loop' }
const elsewhere: Place = { kind: 'elsewhere' }

const segment = (stage: string, place: Place): Segment => ({ stage, place, demandMs: Float64Array.of(1) })

/** Stages in order, with the work in no stage as its length. */
function placed(segments: readonly Segment[], after: Readonly<Record<string, number>>): (string | number)[] {
  const all = withOwnWork(segments, Float64Array.of(8), new Map(Object.entries(after)))
  return all.map(({ stage, demandMs }) => (stage === 'unattributed' ? demandMs[0]! : stage))
}

describe('work of the loop that no stage covers', () => {
  it('is done after the stages that it was recorded after, and the rest first', () => {
    const stages = [segment('deserialize', loop), segment('lookup', elsewhere), segment('rank', loop)]
    expect(placed(stages, { deserialize: 0.25, rank: 0.5 })).toEqual([2, 'deserialize', 2, 'lookup', 'rank', 4])
  })

  it('comes after the way back from a device, which nothing interrupts', () => {
    const stages = [segment('model', { kind: 'device' }), segment(HAND_OVER, elsewhere), segment('postprocess', loop)]
    expect(placed(stages, { model: 0.5 })).toEqual([4, 'model', HAND_OVER, 4, 'postprocess'])
  })

  it('takes a request up after what it awaited, even to do nothing', () => {
    expect(placed([segment('lookup', elsewhere)], {})).toEqual([8, 'lookup', 0])
    expect(placed([segment('lookup', elsewhere), segment('model', { kind: 'device' })], {})).toEqual([
      8,
      'lookup',
      0,
      'model',
      0,
    ])
  })

  it('does not part what runs off the loop from its like', () => {
    const pool: Place = { kind: 'workers', count: 2, computing: true }
    const stages = [segment('preprocess', pool), segment('model', { kind: 'device' }), segment('serialize', loop)]
    expect(placed(stages, {})).toEqual([8, 'preprocess', 'model', 'serialize'])
  })
})
