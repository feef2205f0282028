import { describe, expect, it } from 'vitest'
import { serviceModel } from '../../../test/support/service-model.js'
import { mean } from '../../stats/mean.js'
import { applyChange } from './apply-change.js'
import type { BatcherModel, Segment } from './service-model.js'

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

describe('another speed of the CPU', () => {
  it('changes what computes, and nothing that waits', () => {
    const model = serviceModel(2, {
      segments: [
        segment('preprocess', 2, 4),
        { ...segment('decode', 6, 8), place: { kind: 'workers', count: 2, computing: true } },
        { ...segment('fetch', 6, 8), place: { kind: 'workers', count: 2, computing: false } },
        { ...segment('downstream', 10, 12), place: { kind: 'elsewhere' } },
      ],
    })
    const { model: faster, assumptions } = applyChange(model, { kind: 'cpu-speed', factor: 2 })
    expect(faster.segments.map(({ demandMs }) => [...demandMs])).toEqual([
      [1, 2],
      [3, 4],
      [6, 8],
      [10, 12],
    ])
    expect(assumptions).toEqual(['whatever computes on the CPU is assumed to be 2 times as fast'])
  })

  it('is refused where nothing is known to compute', () => {
    const model = serviceModel(2, { segments: [{ ...segment('awaited', 6, 8), place: { kind: 'limited', count: 2 } }] })
    expect(() => applyChange(model, { kind: 'cpu-speed', factor: 2 })).toThrow('seen from outside')
  })
})

describe('what cannot be set', () => {
  const refused = (change: Parameters<typeof applyChange>[1], model = MODEL) => {
    try {
      applyChange(model, change)
    } catch (error) {
      return error
    }
    throw new Error('it was set')
  }
  const faster = (stage: string) => ({ kind: 'stage', stage, factor: 0.5 }) as const
  const workers = (stage: string) => ({ kind: 'workers', stage, count: 2 }) as const
  // Nothing of it is looked at.
  const batched = { ...MODEL, batcher: {} as BatcherModel }

  it.each([faster('queue'), workers('queue')])('says that a queue is waiting, and what it follows from', (change) => {
    expect(refused(change, batched)).toMatchObject({
      code: 'usage',
      message: 'queue is waiting for a batch and its device, not work',
      hint: 'set what it follows from, such as batch.max=16, batch.waitMs=5, batch.release=idle, device.speed=1.5x, rate=300, instances=2',
    })
    expect(refused(change)).toMatchObject({ hint: 'set what it follows from, such as rate=300, instances=2' })
  })

  it('says that a wait for the event loop is waiting, and what keeps the loop busiest', () => {
    expect(refused(faster('event-loop-wait'))).toMatchObject({
      message: 'event-loop-wait is waiting while the event loop works for others, not work',
      hint: 'set what it follows from, such as stage.network-in=0.5x, workers.network-in=2, processes=2, rate=300, instances=2',
    })
  })

  it('says that the handler is no stage of its own', () => {
    expect(refused(faster('handler'))).toMatchObject({
      message: 'handler is all of a request, not one stage',
      hint: 'set one of connection, unattributed, network-in, network-out',
    })
  })

  it.each(['connection', 'network-out'])('has no workers for %s', (stage) => {
    expect(refused(workers(stage))).toMatchObject({
      message: `${stage} is on the network, not in the service`,
      hint: `use stage.${stage}=0.5x`,
    })
  })
})
