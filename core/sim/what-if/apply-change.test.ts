import { describe, expect, it } from 'vitest'
import { serviceModel } from '../../../test/support/service-model.js'
import { mean } from '../../stats/mean.js'
import { applyChange } from './apply-change.js'
import type { Segment } from './service-model.js'

const loop = { kind: 'loop' } as const
const segment = (stage: string, ...demandMs: number[]): Segment => ({
  stage,
  place: loop,
  demandMs: Float64Array.from(demandMs),
})
/** Work that no stage covers is done before the body is read and after it. */
const MODEL = serviceModel(2, {
  segments: [segment('unattributed', 1, 3), segment('network-in', 1, 1), segment('unattributed', 5, 7)],
})

const changed = (...change: Parameters<typeof applyChange>[1][]) =>
  change
    .reduce((model, one) => applyChange(model, one).model, MODEL)
    .segments.map(({ stage, place, demandMs }) => [stage, place.kind, ...demandMs])

describe('a stage that is done in several places', () => {
  it('takes a share of its time in each', () => {
    expect(changed({ kind: 'stage', stage: 'unattributed', factor: 0.5 })).toEqual([
      ['unattributed', 'loop', 0.5, 1.5],
      ['network-in', 'loop', 1, 1],
      ['unattributed', 'loop', 2.5, 3.5],
    ])
  })

  it.each([4, 8, 16])('takes %d ms in all', (ms) => {
    const [before, , after] = applyChange(MODEL, { kind: 'stage-time', stage: 'unattributed', ms }).model.segments
    expect(mean(before!.demandMs) + mean(after!.demandMs)).toBeCloseTo(ms)
    expect(mean(after!.demandMs) / mean(before!.demandMs)).toBeCloseTo(3)
  })

  it('moves into workers whole', () => {
    const toWorkers = { kind: 'workers', stage: 'unattributed', count: 2 } as const
    const whole = [
      ['network-in', 'loop', 1, 1],
      ['unattributed', 'workers', 6, 10],
    ]
    expect(changed(toWorkers)).toEqual(whole)
    expect(changed(toWorkers, { ...toWorkers, count: 4 })).toEqual(whole)
  })

  it('is named once among the stages that there are', () => {
    expect(() => applyChange(MODEL, { kind: 'stage', stage: 'tokenize', factor: 2 })).toThrow(
      expect.objectContaining({ hint: 'this recording has connection, unattributed, network-in, network-out' }),
    )
  })
})
