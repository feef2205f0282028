import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { slowStage } from './slow-stage.js'

const CAUSE = { parseMs: 0.1, preprocessMs: 3.8 } as const

const judge = (options: Parameters<typeof synthesize>[0]) =>
  slowStage.judge(factsOf(synthesize({ preprocessStage: 'tokenize', ...options })))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d, and names the stage', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
    stage: 'tokenize',
    removal: { change: 'stage.tokenize=0x' },
  })
})

test('it fires on a slow stage in worker threads that have no queue', () => {
  const options = { parseMs: 0.1, preprocessMs: 60, preprocessWorkers: 30, slaP95Ms: 70 }
  expect(judge(options)).toMatchObject({ verdict: 'fired', confidence: 'high', stage: 'tokenize' })
})

test('it leaves the stages that have rules of their own to them', () => {
  expect(judge({ ...CAUSE, preprocessStage: 'preprocess' })).toMatchObject({ verdict: 'clear' })
})

test('it stays clear on a stage that awaits something', () => {
  const awaiting = { parseMs: 0.1, storageMs: 60, storageBytes: 0, slaP95Ms: 50 } as const
  expect(judge({ ...awaiting, preprocessStage: 'preprocess' })).toMatchObject({ verdict: 'clear' })
})

test('it stays clear on a short stage while the loop parses for others', () => {
  expect(judge({ parseMs: 3.8, preprocessMs: 0.1 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})
