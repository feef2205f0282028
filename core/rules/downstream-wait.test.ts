import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { factsOf } from '../facts/fact.js'
import { downstreamWait } from './downstream-wait.js'

const CAUSE = { parseMs: 0.1, downstreamMs: 60, slaP95Ms: 50 } as const
const judge = (options: Parameters<typeof synthesize>[0]) => downstreamWait.judge(factsOf(synthesize(options)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise })).toMatchObject({
    verdict: 'fired',
    confidence: expect.stringMatching(/medium|high/),
  })
})

test('it fires on what a stage of the service awaits, and names that', () => {
  expect(judge({ parseMs: 0.1, storageMs: 60, storageBytes: 0, slaP95Ms: 50 })).toMatchObject({
    verdict: 'fired',
    stage: 'load-artifact',
    summary: expect.stringContaining('for what load-artifact awaits'),
    removal: { change: 'stage.load-artifact=0x' },
  })
})

test('it stays clear on a stage that works on the event loop, and on one in worker threads', () => {
  expect(judge({ parseMs: 0.1, preprocessMs: 12, rate: 20, slaP95Ms: 5 })).toMatchObject({ verdict: 'clear' })
  expect(judge({ parseMs: 0.1, preprocessMs: 30, preprocessWorkers: 4, rate: 20, slaP95Ms: 5 })).toMatchObject({
    verdict: 'clear',
  })
})

test('it stays clear on a queue of its own', () => {
  expect(judge({ parseMs: 0.1, rate: 400, deviceFixedMs: 2, devicePerItemMs: 2.1 })).toMatchObject({ verdict: 'clear' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 10, durationMs: 3000 })).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  expect(judge({ ...CAUSE, observed: 'client', durationMs: 5000 })).toMatchObject({ verdict: 'not-measured' })
})

test('a wait within the target is worth low confidence at most', () => {
  expect(judge({ parseMs: 0.1, downstreamMs: 60 })).toMatchObject({ verdict: 'fired', confidence: 'low' })
})

test('calls that are made one after the other are said to be, and could run at the same time', () => {
  expect(judge({ ...CAUSE, downstreamCalls: 3, noise: 0 })).toMatchObject({
    summary: expect.stringMatching(/ for other services: 3 calls of 2\d(\.\d)? ms, one after the other\.$/),
    clause: expect.stringMatching(/, in 3 calls of 2\d(\.\d)? ms one after the other$/),
    fixes: expect.arrayContaining([
      expect.objectContaining({
        title: expect.stringContaining('Promise.all'),
        change: expect.stringMatching(/^stage\.downstream=0\.3\d*x$/),
      }),
    ]),
  })
  const { summary, fixes } = judge(CAUSE) as Extract<ReturnType<typeof judge>, { verdict: 'fired' }>
  expect(summary).not.toContain('one after the other')
  expect(fixes.some(({ title }) => title.includes('Promise.all'))).toBe(false)
})
