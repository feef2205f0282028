import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { SyntheticOptions } from '../../fixtures/recordings/synthetic-options.js'
import { sideBySide } from '../../test/support/side-by-side.js'
import { diagnose } from '../diagnose.js'
import type { Recording } from '../model/recording.js'
import { rules } from './index.js'

type Scenario = readonly [name: string, options: Partial<SyntheticOptions>]
/** `beside`: what is different about a second process of the service. */
type Fault = readonly [...Scenario, beside?: Partial<SyntheticOptions>]

// Binary bodies: nothing but the fault itself is in the way.
const SOUND = { parseMs: 0.1 } as const

// No batches, and next to no model.
const ALONE = { ...SOUND, maxBatch: 0, deviceFixedMs: 0.1, devicePerItemMs: 0 } as const

const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  'json-parsing': [
    ['the mini-challenge', {}],
    ['a loop that also collects garbage', { gcEveryMs: 100, gcPauseMs: 4 }],
  ],
  serialization: [['encoding 3.8 ms', { ...SOUND, serializeMs: 3.8, slaP95Ms: 100 }]],
  'slow-preprocess': [
    ['on the loop', { ...SOUND, preprocessMs: 3.8 }],
    ['in workers', { ...SOUND, preprocessMs: 60, preprocessWorkers: 30, slaP95Ms: 70 }],
  ],
  'slow-stage': [['tokenizing', { parseMs: 0.1, preprocessMs: 3.8, preprocessStage: 'tokenize' }]],
  'untimed-code': [
    ['17 ms', { parseMs: 0.1, rate: 50, untimedWorkMs: 17, slaP95Ms: 60 }],
    ['beside a call to another service', { parseMs: 0.1, rate: 60, untimedWorkMs: 12, downstreamMs: 20, slaP95Ms: 60 }],
  ],
  'slow-postprocess': [['on the loop', { ...SOUND, postprocessMs: 3.8, slaP95Ms: 100 }]],
  'blocking-model-call': [['on the loop', { ...SOUND, modelOnLoop: true, rate: 230, maxWaitMs: 2, slaP95Ms: 40 }]],
  'gc-pressure': [['60 ms every 400 ms', { ...SOUND, gcEveryMs: 400, gcPauseMs: 60, slaP95Ms: 40 }]],
  'long-batch-wait': [['60 ms', { ...SOUND, rate: 20, maxWaitMs: 60, slaP95Ms: 50, durationMs: 40_000 }]],
  'poor-batch-fullness': [
    ['a busy device', { ...SOUND, rate: 280, maxWaitMs: 0, deviceFixedMs: 3, devicePerItemMs: 0.5 }],
  ],
  'saturated-event-loop': [['work that no stage names', { ...SOUND, overheadMs: 4.1 }]],
  'uneven-processes': [['one has ten times the requests', { ...SOUND, overheadMs: 3.9, slaP95Ms: 60 }, { rate: 20 }]],
  'limited-concurrency': [
    ['a pool of four', { ...SOUND, rate: 90, unattributedMs: 36, unattributedAtOnce: 4, slaP95Ms: 60 }],
    ['a lock', { ...SOUND, rate: 80, unattributedMs: 10, unattributedAtOnce: 1, slaP95Ms: 40 }],
    ['connections to another service', { ...SOUND, rate: 90, downstreamMs: 36, downstreamAtOnce: 4, slaP95Ms: 60 }],
    [
      'a service that answers one at a time',
      { ...ALONE, observed: 'client', rate: 80, unattributedMs: 10, unattributedAtOnce: 1, slaP95Ms: 40 },
    ],
  ],
  'saturated-queue': [
    ['workers', { ...SOUND, rate: 220, preprocessMs: 12, preprocessWorkers: 3, devicePerItemMs: 1.9 }],
  ],
  'starved-device': [['two workers', { ...SOUND, rate: 150, preprocessMs: 12, preprocessWorkers: 2 }]],
  'slow-model': [
    [
      '90 ms',
      { ...SOUND, rate: 4, deviceFixedMs: 10, devicePerItemMs: 90, maxWaitMs: 2, slaP95Ms: 90, durationMs: 60_000 },
    ],
  ],
  'saturated-device': [['400 a second', { ...SOUND, rate: 400, deviceFixedMs: 2, devicePerItemMs: 2.1 }]],
  'oversized-batch': [
    [
      'up to 24',
      {
        ...SOUND,
        rate: 115,
        maxBatch: 24,
        maxWaitMs: 140,
        deviceFixedMs: 10,
        devicePerItemMs: 4.2,
        slaP95Ms: 80,
        durationMs: 40_000,
      },
    ],
  ],
  'bursty-arrivals': [['30 at once', { ...SOUND, rate: 100, burst: 30, slaP95Ms: 60 }]],
  'errors-under-load': [['a queue of four', { ...SOUND, queueLimit: 4 }]],
  'cpu-throttling': [['more than half', { parseMs: 1.2, cpuLoss: 0.55, cpuTaker: 'quota', slaP95Ms: 40 }]],
  'oversubscribed-threads': [
    ['twice the cores', { parseMs: 1.2, cpuLoss: 0.55, cpuTaker: 'own-threads', slaP95Ms: 40 }],
  ],
  'noisy-neighbour': [
    ['on the host', { parseMs: 1.2, cpuLoss: 0.55, cpuTaker: 'neighbour', slaP95Ms: 40 }],
    ['below it', { parseMs: 1.2, cpuLoss: 0.55, cpuTaker: 'hypervisor', slaP95Ms: 40 }],
  ],
  'cold-start': [['two seconds', { ...SOUND, rate: 100, warmupMs: 0, coldStartMs: 2000 }]],
  'device-throttling': [['55 % of the clock', { ...SOUND, gpuClock: 0.55, gpuThrottled: true, slaP95Ms: 30 }]],
  'storage-reads': [['200 kB a request', { ...SOUND, storageMs: 60, storageBytes: 200_000, slaP95Ms: 50 }]],
  'slow-network': [['60 ms one way', { ...SOUND, networkMs: 60, slaP95Ms: 50 }]],
  'slow-stream': [['400 ms', { ...SOUND, rate: 60, streamMs: 400, slaP95Ms: 100 }]],
  'downstream-wait': [['60 ms', { ...SOUND, downstreamMs: 60, slaP95Ms: 50 }]],
  'unattributed-time': [['40 ms', { ...SOUND, unattributedMs: 40, slaP95Ms: 50 }]],
}

const HEALTHY: readonly Scenario[] = [
  ['light load', { rate: 20, parseMs: 0.5, maxWaitMs: 2 }],
  ['light load without a target', { rate: 20, parseMs: 0.5, maxWaitMs: 2, slaP95Ms: null }],
  ['heavy but sound load', { ...SOUND, rate: 300 }],
  ['heavy but sound load without a target', { ...SOUND, rate: 250, slaP95Ms: null }],
  [
    'a large model under its target',
    { parseMs: 0.5, rate: 4, deviceFixedMs: 10, devicePerItemMs: 90, maxWaitMs: 2, slaP95Ms: 300, durationMs: 60_000 },
  ],
  ['small bursts within capacity', { ...SOUND, rate: 60, burst: 3 }],
  ['an event loop at work within its target', { parseMs: 2 }],
  ['a collector at its usual work', { ...SOUND, gcEveryMs: 100, gcPauseMs: 2 }],
  ['a cold start during the warm-up', { ...SOUND, rate: 100, coldStartMs: 1000 }],
  ['a little throttling within the target', { parseMs: 0.3, cpuLoss: 0.1, cpuTaker: 'quota' }],
  [
    'a full host that leaves the service its CPU',
    { parseMs: 0.5, cpuLoss: 0.05, cpuTaker: 'neighbour', slaP95Ms: null },
  ],
  ['a call to another service within the target', { ...SOUND, downstreamMs: 20 }],
  ['a call to another service without a target', { ...SOUND, rate: 50, downstreamMs: 20, slaP95Ms: null }],
  ['distant clients within the target', { ...SOUND, networkMs: 20 }],
  ['a throttled GPU that is fast enough', { ...SOUND, rate: 100, gpuClock: 0.8, gpuThrottled: true }],
  ['tokens that stream within the target', { ...SOUND, rate: 60, streamMs: 400, slaP95Ms: 600 }],
  ['an idle GPU at low clocks', { rate: 20, parseMs: 0.5, maxWaitMs: 2, gpuClock: 0.3 }],
]

// The costlier one first.
const PAIRS: readonly (readonly [costlier: string, other: string, options: Partial<SyntheticOptions>])[] = [
  ['json-parsing', 'poor-batch-fullness', { slaP95Ms: 60 }],
  ['json-parsing', 'gc-pressure', { parseMs: 3, gcEveryMs: 500, gcPauseMs: 70 }],
  ['json-parsing', 'downstream-wait', { downstreamMs: 60 }],
  ['json-parsing', 'errors-under-load', { queueLimit: 12 }],
  ['serialization', 'downstream-wait', { ...SOUND, serializeMs: 3.6, downstreamMs: 50, slaP95Ms: 80 }],
  ['blocking-model-call', 'json-parsing', { parseMs: 1.5, modelOnLoop: true, rate: 150, maxWaitMs: 2, slaP95Ms: 40 }],
  ['downstream-wait', 'unattributed-time', { ...SOUND, downstreamMs: 60, unattributedMs: 50, slaP95Ms: 60 }],
  ['downstream-wait', 'cpu-throttling', { parseMs: 1.2, cpuLoss: 0.55, downstreamMs: 60, slaP95Ms: 70 }],
  ['slow-network', 'device-throttling', { ...SOUND, gpuClock: 0.55, gpuThrottled: true, networkMs: 30, slaP95Ms: 60 }],
  ['bursty-arrivals', 'cold-start', { ...SOUND, rate: 100, burst: 30, warmupMs: 0, coldStartMs: 1500, slaP95Ms: 60 }],
]

const FAULT_CASES = Object.entries(FAULTS).flatMap(([id, all]) =>
  all.map(([name, options, beside]) => ({ id, name, options, beside })),
)

test.each(FAULT_CASES)('$id is what a service suffers from: $name', ({ id, options, beside }) => {
  const { culprit, findings } = diagnose(recorded(options, beside))
  expect({ culprit, found: findings.map((one) => `${one.id} ${one.confidence}`) }).toMatchObject({ culprit: id })
})

function recorded(options: Partial<SyntheticOptions>, beside: Partial<SyntheticOptions> | undefined): Recording {
  const first = synthesize(options)
  return beside === undefined ? first : sideBySide(first, synthesize({ ...options, ...beside, seed: 2 }))
}

test.each(PAIRS)('%s and %s together are both reported', (costlier, other, options) => {
  const acting = diagnose(synthesize(options)).findings.filter(({ confidence }) => confidence !== 'low')
  const ids = acting.map(({ id }) => id)
  expect(ids[0]).toBe(costlier)
  expect(ids).toContain(other)
})

test.each(HEALTHY)('a healthy service has no culprit: %s', (_, options) => {
  const { culprit, findings } = diagnose(synthesize(options))
  expect({ culprit, findings: findings.filter(({ confidence }) => confidence !== 'low') }).toEqual({
    culprit: null,
    findings: [],
  })
})

test('every rule has a fault in this table', () => {
  expect(Object.keys(FAULTS).sort()).toEqual(rules.map(({ id }) => id).sort())
})
