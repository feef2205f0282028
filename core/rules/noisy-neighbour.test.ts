import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { noisyNeighbour } from './noisy-neighbour.js'

const CAUSE = { parseMs: 1.2, cpuLoss: 0.55, cpuTaker: 'neighbour', slaP95Ms: 40 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => noisyNeighbour.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it stays clear on saturation by its own threads', () => {
  expect(judge({ parseMs: 1.2, cpuLoss: 0.55, cpuTaker: 'own-threads', slaP95Ms: 40 })).toMatchObject({
    verdict: 'clear',
  })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('without CPU samples it is not measured', () => {
  expect(judge({ ...CAUSE, samples: false, durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('stolen time is a neighbour below the machine', () => {
  expect(judge({ ...CAUSE, cpuTaker: 'hypervisor' })).toMatchObject({
    verdict: 'fired',
    confidence: 'high',
    summary: expect.stringMatching(/^The hypervisor/),
  })
})

test('a load generator on the same host may be the neighbour, so that confidence is medium', () => {
  expect(judge(CAUSE)).toMatchObject({ confidence: 'medium', summary: expect.stringMatching(/load generator/) })
})

test('a neighbour on the one core that both may use is found on a host with idle cores', () => {
  const recording = synthesize(CAUSE)
  const { samples } = recording
  const host = samples.seriesInfo.findIndex(({ metric }) => metric === 'host.cpu')
  const value = samples.value.map((was, row) => (samples.series[row] === host ? 0.5 : was))
  expect(noisyNeighbour.judge(factsOf({ ...recording, samples: { ...samples, value } }))).toMatchObject({
    verdict: 'fired',
  })
})

test('a wait that its quota or its other threads explain is not of others', () => {
  expect(judge({ ...CAUSE, cpuTaker: 'quota' })).toMatchObject({ verdict: 'clear' })
})
