import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../../fixtures/recordings/synthetic-options.js'
import { sideBySide } from '../../test/support/side-by-side.js'
import { diagnose } from '../diagnose.js'
import { factsOf } from '../facts/fact.js'
import { NO_INDEX, type Recording, type SampleTable } from '../model/recording.js'
import { unevenProcesses } from './uneven-processes.js'

type Options = Partial<SyntheticOptions>

const CAUSE: Options = { parseMs: 0.1, overheadMs: 3.9, slaP95Ms: 60, profile: false }
const IDLE: Options = { rate: 20 }

const pair = (options: Options, other: Options): Recording =>
  sideBySide(synthesize({ ...options, seed: 1 }), synthesize({ ...options, ...other, seed: 2 }))
const judge = (options: Options, other: Options) => unevenProcesses.judge(factsOf(pair(options, other)))

test.each([0, 0.15, 0.5])('it fires on its cause with service times varying by %d', (noise) => {
  expect(judge({ ...CAUSE, noise }, IDLE)).toMatchObject({
    verdict: 'fired',
    confidence: 'high',
    clause: expect.stringMatching(/^one of 2 processes is 8\d % busy, the other [\d.]+ %$/),
  })
})

test('it predicts what an even share would bring', () => {
  const { findings } = diagnose(pair(CAUSE, IDLE))
  const found = findings.find(({ id }) => id === 'uneven-processes')!
  expect(found.summary).toContain('Process 1000 answers 91 % of the requests')
  expect(found.costMethod).toContain('with processes=2')
  // As much for each as it would be with traffic of its own at half of the whole rate.
  const even = factsOf(pair({ ...CAUSE, rate: 110 }, {})).recording
  const truth = diagnose(even).endToEnd.p95Ms!
  const [lowMs, highMs] = found.fixes[0]!.intervalMs!
  expect(lowMs).toBeLessThan(truth)
  expect(highMs).toBeGreaterThan(truth)
})

test('a process of the same program that got no request at all counts', () => {
  const recording = pair(CAUSE, {})
  const { requests, spans, meta } = recording
  const first = spans.thread.map((thread) => (thread < 2 ? thread : NO_INDEX))
  const alone = {
    ...recording,
    requests: { ...requests, process: new Uint16Array(requests.count) },
    spans: { ...spans, thread: first, loopIdleEndMs: spans.loopIdleEndMs.map((ms, i) => (first[i] === 0 ? ms : NaN)) },
  }
  const judged = (parents: readonly (number | undefined)[], title = 'synthetic') =>
    unevenProcesses.judge(
      factsOf({
        ...alone,
        samples: named(alone.samples),
        meta: {
          ...meta,
          processes: meta.processes.map((one, i) => ({
            ...one,
            title: i === 0 ? one.title : title,
            ...(parents[i] !== undefined && { parentPid: parents[i] }),
          })),
        },
      }),
    )
  expect(judged([1, 1])).toMatchObject({ verdict: 'fired' })
  for (const other of [judged([1, 2]), judged([undefined, undefined]), judged([1, 1], 'another program')]) {
    expect(other).toMatchObject({ verdict: 'clear', reason: 'one process answers all requests' })
  }
})

/** Event loops as those of several processes are sampled, that of the second idle. */
function named(samples: SampleTable): SampleTable {
  const loops = samples.seriesInfo.flatMap(({ metric }, i) => (metric === 'loop.utilization' ? [i] : []))
  const seriesInfo = samples.seriesInfo.map((info, i) =>
    loops.includes(i) ? { ...info, instance: `${1000 + loops.indexOf(i)}/main` } : info,
  )
  return { ...samples, seriesInfo, value: samples.value.map((one, i) => (samples.series[i] === loops[1] ? 0.01 : one)) }
}

test('it stays clear where a process was gone for a part of the time', () => {
  const recording = pair(CAUSE, IDLE)
  const { samples } = recording
  const second = samples.seriesInfo.map(({ instance }) => instance.split('/')[0] === '1001')
  const value = samples.value.map((one, i) =>
    second[samples.series[i]!] && samples.tMs[i]! > 15_000 ? Number.NaN : one,
  )
  expect(unevenProcesses.judge(factsOf({ ...recording, samples: { ...samples, value } }))).toMatchObject({
    verdict: 'clear',
    reason: expect.stringContaining('not every one was there all the time'),
  })
})

test('it stays clear on processes that are all as busy', () => {
  expect(judge(CAUSE, {})).toMatchObject({ verdict: 'clear' })
})

test('it stays clear where the busiest still has time', () => {
  expect(judge({ ...CAUSE, rate: 80 }, { rate: 10 })).toMatchObject({ verdict: 'clear' })
})

test('one process shares with nobody', () => {
  expect(unevenProcesses.judge(factsOf(synthesize(CAUSE)))).toMatchObject({
    verdict: 'clear',
    reason: 'one process answers all requests',
  })
})

test('within the target it is worth low confidence at most', () => {
  expect(judge({ ...CAUSE, slaP95Ms: 500 }, IDLE)).toMatchObject({ verdict: 'fired', confidence: 'low' })
})

test('a handful of requests is not enough data', () => {
  expect(judge({ ...CAUSE, rate: 8, durationMs: 3000 }, {})).toMatchObject({ verdict: 'not-enough-data' })
})

test('a service seen from outside only is not measured', () => {
  const recording = synthesize({ ...CAUSE, observed: 'client', durationMs: 5000 })
  expect(unevenProcesses.judge(factsOf(recording))).toMatchObject({ verdict: 'not-measured' })
})
