import { describe, expect, it } from 'vitest'
import { synthesize } from '../../../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../../../fixtures/recordings/synthetic-options.js'
import { factsOf } from '../../facts/fact.js'
import { bestPairAmong, type TuneOptions, tune } from './tune.js'

function tuned(service: Partial<SyntheticOptions>, options?: TuneOptions) {
  const result = tune(factsOf(synthesize({ profile: false, durationMs: 30_000, ...service })), options)
  if ('withheld' in result) throw new Error(result.withheld)
  return result
}

describe('tune', () => {
  const result = tuned({ rate: 210 }, { slaP95Ms: 60 })

  it('ranks every single change, the lowest p95 first', () => {
    const p95s = result.predictions.map(({ p95Ms }) => p95Ms!)
    expect(p95s).toEqual([...p95s].sort((a, b) => a - b))
    expect(result.predictions[0]!.changes).toEqual(['stage.deserialize=0.02x'])
    expect(result.predictions.map(({ changes }) => changes[0])).toEqual(
      expect.arrayContaining(['batch.waitMs=2', 'batch.max=16', 'workers.deserialize=2', 'instances=2']),
    )
  })

  it('recommends the least effort that meets the SLA, and the best pair of different knobs without more instances', () => {
    const [least, pair] = result.recommended
    expect(least).toMatchObject({ why: 'least effort that meets the SLA', changes: ['stage.deserialize=0.02x'] })
    expect(pair).toMatchObject({ why: 'best pair', effort: 'code', slaMet: true, addsInstances: false })
    expect(pair!.changes).toHaveLength(2)
    expect(pair!.changes).toContain('stage.deserialize=0.02x')
    expect(pair!.p95Ms).toBeLessThanOrEqual(least!.p95Ms!)
    expect(pair!.assumptions).toContain('deserialize is assumed to take 0.02 of its time')
  })

  it('tells what each change does to throughput, utilization and fullness', () => {
    const longer = result.predictions.find(({ changes }) => changes[0] === 'batch.waitMs=16')!
    expect(longer.batchFullness).toBeGreaterThan(result.unchanged.batchFullness!)
    const busy = (prediction: typeof longer) => prediction.utilizations.find(({ resource }) => resource === 'device')!
    expect(busy(longer).utilization).toBeLessThan(
      result.unchanged.utilizations.find(({ resource }) => resource === 'device')!.utilization,
    )
    expect(longer.throughputRps).toBeCloseTo(result.unchanged.throughputRps!, -1)
  })

  it('draws p95 over batch size and wait, as recorded and with the rest of the best pair', () => {
    const { surface, surfaceAfter } = result
    expect(surface).toMatchObject({ changes: [], current: { maxBatch: 8, maxWaitMs: 8 } })
    const at = surface!.p95Ms[surface!.maxBatches.indexOf(8)]![surface!.maxWaitsMs.indexOf(8)]
    expect(at).toBeCloseTo(result.unchanged.p95Ms!, 6)
    expect(surfaceAfter!.changes).toEqual(['stage.deserialize=0.02x'])
    expect(Math.max(...surfaceAfter!.p95Ms.flat().map((ms) => ms ?? 0))).toBeLessThan(result.unchanged.p95Ms!)
  })

  it('takes a setting of the caller instead of its own of that kind', () => {
    const other = tuned({ rate: 210 }, { tried: ['stage.deserialize=0.5x'] })
    const settings = other.predictions.map(({ changes }) => changes[0])
    expect(settings).toContain('stage.deserialize=0.5x')
    expect(settings).not.toContain('stage.deserialize=0.02x')
  })

  it('prefers a setting to a change of the program where both meet the SLA', () => {
    const { recommended } = tuned({ rate: 100, maxWaitMs: 40, parseMs: 1 }, { slaP95Ms: 30 })
    expect(recommended.map(({ effort }) => effort)).toEqual(['configuration', 'configuration'])
  })

  it('needs no batcher', () => {
    const { surface, predictions } = tuned({ maxBatch: 0, rate: 150 })
    expect(surface).toBeNull()
    expect(predictions.some(({ changes }) => changes[0]!.startsWith('batch.'))).toBe(false)
  })

  it('refuses what does not fit the service, and a change of the load', () => {
    expect(() => tuned({}, { tried: ['stage.tokenize=0.5x'] })).toThrow("unknown stage 'tokenize'")
    expect(() => tuned({}, { tried: ['batch.max=0'] })).toThrow("--try got 'batch.max=0', wanted a change")
    expect(() => tuned({}, { tried: ['load=0.5x'] })).toThrow('the load is what the service is tuned for')
  })

  it('withholds like what-if', () => {
    const result = tune(factsOf(synthesize({ durationMs: 1000, warmupMs: 0 })))
    expect(result).toMatchObject({ withheld: expect.stringContaining('requests, at least') })
  })
})

describe('bestPairAmong', () => {
  const facts = factsOf(synthesize({ profile: false, durationMs: 30_000, rate: 210 }))

  it('takes two of different knobs from the settings it is given, with what they bring together', () => {
    const settings = ['batch.waitMs=4', 'batch.waitMs=2', 'stage.deserialize=0.1x', 'batch.max=4']
    const found = bestPairAmong(facts, settings)
    if ('withheld' in found) throw new Error(found.withheld)
    expect(settings).toEqual(expect.arrayContaining([...found.pair!.changes]))
    expect(found.pair!.changes).toContain('stage.deserialize=0.1x')
    expect(found.pair!.p95Ms).toBeLessThan(60)
    expect(found.pair!.assumptions).toContain('deserialize is assumed to take 0.1 of its time')
  })

  it('takes a change of the program where settings only may meet the SLA', () => {
    const settings = ['batch.waitMs=0', 'batch.max=4']
    const alone = bestPairAmong(facts, settings)
    const slaP95Ms = 'withheld' in alone ? 0 : 1.05 * alone.pair!.p95Ms!
    const service = factsOf(synthesize({ profile: false, durationMs: 30_000, rate: 210, slaP95Ms }))
    expect(bestPairAmong(service, settings)).toMatchObject({ pair: { effort: 'configuration', slaMet: true } })
    const found = bestPairAmong(service, [...settings, 'stage.deserialize=0.1x'])
    expect(found).toMatchObject({ pair: { effort: 'code', slaMet: true } })
  })

  it('finds none among settings of one knob', () => {
    expect(bestPairAmong(facts, ['batch.waitMs=4', 'batch.waitMs=2'])).toEqual({ pair: null })
  })

  it('predicts nothing of a service that it cannot replay', () => {
    const short = factsOf(synthesize({ profile: false, durationMs: 30_000, rate: 0.1 }))
    expect(bestPairAmong(short, ['batch.waitMs=4', 'batch.max=4'])).toHaveProperty('withheld')
  })

  it('raises a limit that was found by a setting, and says what it is', () => {
    const pool = tuned({ parseMs: 0.1, rate: 90, unattributedMs: 36, unattributedAtOnce: 4 }, { slaP95Ms: 90 })
    expect(pool.recommended[0]).toMatchObject({
      changes: ['workers.awaited=8'],
      effort: 'configuration',
      extrapolated: true,
    })
    expect(pool.recommended[0]!.titles).toEqual(['8 at a time through what is awaited'])
  })
})
