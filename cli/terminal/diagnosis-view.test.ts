import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Diagnosis, StageSummary } from '../../core/model/diagnosis.js'
import { verificationOf } from '../../test/support/verification.js'
import { showDiagnosis } from './diagnosis-view.js'
import { PLAIN, paintWith } from './paint.js'

function stage(id: string, meanMs: number, tailShare: number | null, more: Partial<StageSummary> = {}): StageSummary {
  const [p50Ms, p90Ms, p95Ms, p99Ms] = [meanMs, meanMs * 1.5, meanMs * 1.8, meanMs * 2.5]
  return { id, kind: 'stage', requests: 4012, meanMs, p50Ms, p90Ms, p95Ms, p99Ms, cpuMs: null, tailShare, ...more }
}

const diagnosis: Diagnosis = {
  formatVersion: 1,
  tool: { name: 'infer-diag', version: '0.1.0' },
  recording: { id: 'x', startedAt: '2026-01-01T00:00:00Z', durationMs: 20_000, requests: 4012, gaps: [] },
  environment: {
    host: null,
    gpus: [],
    service: 'toy',
    runtime: 'node v20.19.0',
    observed: 'node',
    command: ['node', 'server.js'],
    load: { url: 'http://x/', method: 'POST', rate: 200, arrivals: 'poisson', bodyBytes: 449_600, warmupMs: 3000 },
  },
  pipeline: {},
  sla: { p95Ms: 120, errorRate: 0.001, percentiles: [{ percentile: 0.95, limitMs: 120 }] },
  slaMet: false,
  targets: [],
  endToEnd: {
    requests: 4012,
    throughputRps: 199.8,
    errorRate: 0,
    meanMs: 70,
    p50Ms: 62.1,
    p90Ms: 120.4,
    p95Ms: 143.2,
    p99Ms: 201,
    firstByteP50Ms: null,
    firstByteP95Ms: null,
    streamP50Ms: null,
    streamP95Ms: null,
    p95IntervalMs: [138.1, 149],
  },
  warmUp: { requests: 601, p50Ms: 60, p95Ms: 150 },
  stages: [
    stage('network-in', 1.2, 0.02),
    stage('deserialize', 4.1, 0.04, { cpuMs: 4.05 }),
    stage('a-stage-with-a-long-name', 0.02, 0),
    stage('event-loop-wait', 41, 0.61, { kind: 'derived' }),
    stage('handler', 60, null, { kind: 'container' }),
  ],
  resources: {
    eventLoopUtilization: 0.91,
    processCpu: 1.12,
    hostCpu: 0.62,
    hottestThread: { name: 'main', busyFraction: 0.93 },
    gpuUtilization: 0.45,
    deviceSimulated: true,
    deviceBusyFraction: 0.45,
    batchFullness: 0.37,
    meanBatch: 2.96,
    maxBatch: 8,
    meanQueueDepth: 1,
    meanInFlight: 14,
    gcFraction: 0.02,
    rssPeakBytes: 2e8,
  },
  culprit: 'json-parsing',
  headline:
    'JSON parsing holds the p95 at 143 ms, above the SLA of 120 ms: it takes 91 % of the event loop that every request waits for.',
  findings: [
    {
      id: 'json-parsing',
      title: 'JSON parsing takes the event loop',
      summary:
        'Parsing 450 kB of JSON takes 4.1 ms of CPU on the event loop for each request, and every other request waits meanwhile.',
      stage: 'deserialize',
      confidence: 'high',
      costMs: { p95: 88.4, interval: [76.2, 101.3] },
      costMethod: 'removal',
      evidence: [
        { kind: 'metric', label: 'event loop busy', value: 0.91, unit: 'fraction' },
        { kind: 'histogram', label: 'parse time', unit: 'ms', bins: [] },
        { kind: 'metric', label: 'JSON.parse a request', value: 4.1, unit: 'ms' },
        { kind: 'metric', label: 'body', value: 449_600, unit: 'bytes' },
        { kind: 'metric', label: 'a fourth number', value: 1, unit: 'count' },
      ],
      fixes: [
        { title: 'send the tensor as binary', change: 'stage.deserialize=0.1x', predictedP95Ms: 54, intervalMs: null },
      ],
      docs: 'docs/rules/json-parsing.md',
    },
  ],
  notFired: [
    { id: 'saturated-queue', verdict: 'clear', reason: 'busy 45 %' },
    { id: 'starved-device', verdict: 'not-measured', reason: 'no batches' },
  ],
  quality: [
    { id: 'littles-law', ok: true, measured: '14.0', expected: '13.9', reason: '' },
    { id: 'counts', ok: true, measured: '4012', expected: '4012', reason: '' },
  ],
  checklist: [],
  predictions: null,
}

const show = (changes: Partial<Diagnosis> = {}) =>
  showDiagnosis({ ...diagnosis, ...changes }, { paint: PLAIN, paths: { recording: 'out', report: 'out/report.html' } })

describe('showDiagnosis', () => {
  it('reads well in 80 columns', () => {
    expect(show()).toMatchInlineSnapshot(`
      "JSON parsing holds the p95 at 143 ms, above the SLA of 120 ms: it takes 91 % of
      the event loop that every request waits for.

        latency    p50 62 ms   p90 120 ms   p95 143 ms   p99 201 ms
        SLA        missed: p95 under 120 ms, errors up to 0.1 %
                   95 % interval of the p95: 138 to 149 ms
        load       4,012 requests   200/s of 200 wanted, poisson   errors 0 %
                   warm-up 601 requests, apart
        resources  event loop 91 %   service 1.1 cores   host CPU 62 %
                   device 45 % (simulated)   batch 3 of 8   GC 2 %

        stage                   mean       p95       CPU   share of the p95
        network-in            1.2 ms    2.2 ms         –      2 %  ▍
        deserialize           4.1 ms    7.4 ms    4.1 ms      4 %  ▋
        a-stage-with-a-l…    0.02 ms  0.036 ms         –      0 %
        event-loop-wait        41 ms     74 ms         –     61 %  █████████▊

        1  json-parsing   88 ms (76 to 101 ms) of the p95   high confidence
           Parsing 450 kB of JSON takes 4.1 ms of CPU on the event loop for each
           request, and every other request waits meanwhile.
           event loop busy 91 %   JSON.parse a request 4.1 ms   body 450 kB
           fix: send the tensor as binary: p95 54 ms

        data quality: 2 checks passed
        rules that lack measurements: starved-device

        recording  out
        report     out/report.html
      "
    `)
  })

  it('says the same with colours as without', () => {
    const paths = { recording: 'out', report: 'out/report.html' }
    expect(stripVTControlCharacters(showDiagnosis(diagnosis, { paint: paintWith(true), paths }))).toBe(show())
  })

  it('never passes 80 columns', () => {
    for (const line of show().split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('tells a missed SLA from one that is met and from no verdict', () => {
    expect(show()).toContain('missed: p95 under 120 ms')
    expect(show({ slaMet: true })).toContain('met: p95 under 120 ms')
    expect(show({ slaMet: null })).toContain('no verdict: p95 under 120 ms')
    expect(show({ sla: null, slaMet: null })).not.toContain('SLA  ')
  })

  it('spells out what is wrong with the data', () => {
    const failed = {
      id: 'client-bound',
      ok: false,
      measured: 'lag 40 ms',
      expected: 'under 5 ms',
      reason: 'The client was late.',
    }
    const unknown = { id: 'clock', ok: null, measured: '', expected: '', reason: 'one host' }
    const text = show({ quality: [...diagnosis.quality, failed, unknown] })
    expect(text).toContain('data quality: The client was late. (client-bound: lag 40 ms)')
    expect(text).toContain('data quality: 2 checks passed, 1 not checked (clock)')
  })

  it('says what could not be measured', () => {
    const gaps = [{ kind: 'sampler:gpu', count: 1, reason: 'not measured: nvidia-smi is not installed' }]
    const environment = { ...diagnosis.environment, observed: 'outside' as const }
    const text = show({ recording: { ...diagnosis.recording, gaps }, environment })
    expect(text).toContain('stages     not measured: no agent ran inside the service')
    expect(text).toContain('gpu: not measured: nvidia-smi is not installed')
  })

  it('says how a Node service that was started lost the agent', () => {
    const environment = { ...diagnosis.environment, observed: 'outside' as const }
    const outside = (name: string, command: string[] | null) => {
      const resources = { ...diagnosis.resources, hottestThread: { name, busyFraction: 0.9 } }
      return show({ environment: { ...environment, command }, resources })
    }
    const advice = 'no agent ran inside the service; where the'
    expect(outside('12/12 node', ['npm', 'start'])).toContain(advice)
    expect(outside('12/12 MainThread', ['npm', 'start'])).toContain(advice)
    expect(outside('12/12 node', null)).not.toContain('NODE_OPTIONS')
    expect(outside('12/12 python3', ['python3', 'serve.py'])).not.toContain('NODE_OPTIONS')
  })

  it('says that the agent saw no request, where it ran', () => {
    expect(show({ stages: [], findings: [] })).toContain('stages     not measured: the agent in the service saw none')
  })

  it('says how the agent came to be in npm alone', () => {
    const environment = { ...diagnosis.environment, command: ['npm', 'start'] }
    const hottestThread = { name: '12/12 node', busyFraction: 0.9 }
    const resources = { ...diagnosis.resources, eventLoopUtilization: null, hottestThread }
    const lost = { stages: [], findings: [], environment, resources }
    const advice = /saw none of these requests;.*where the script that starts it sets NODE_OPTIONS/
    const flat = (changes: Partial<Diagnosis>) => show({ ...lost, ...changes }).replace(/\s+/g, ' ')
    expect(flat({})).toMatch(advice)
    expect(flat({ environment: { ...environment, command: null } })).not.toContain('NODE_OPTIONS')
    expect(flat({ resources: { ...resources, eventLoopUtilization: 0.9 } })).not.toContain('NODE_OPTIONS')
    expect(flat({ stages: diagnosis.stages })).not.toContain('NODE_OPTIONS')
  })

  it('does not say of requests that failed that the agent saw none', () => {
    const text = show({ stages: [], findings: [], endToEnd: { ...diagnosis.endToEnd, errorRate: 1 } })
    expect(text).toContain('stages     not measured: each of these requests failed')
  })

  it('says how much of the service log is missing', () => {
    const gaps = [{ kind: 'service-log', count: 812_000_000, reason: 'bytes were cut' }]
    const text = show({ recording: { ...diagnosis.recording, gaps } })
    expect(text).toContain('service.log: 812 MB were cut out of its middle')
  })

  it('shows what was measured of changes, or why what is kept of it cannot be', () => {
    expect(show({ verification: verificationOf() })).toMatch(
      /\n\nWith both changes the p95 was predicted 14 ms.*\n\n {2}recording /s,
    )
    expect(show({})).not.toContain('With both changes')
    const gaps = [{ kind: 'verification', count: 1, reason: 'verification.json could not be read: not JSON' }]
    const text = show({ recording: { ...diagnosis.recording, gaps } })
    expect(text).toContain('  verification: verification.json could not be read: not JSON\n')
  })

  it('says which rules are broken', () => {
    const text = show({ notFired: [{ id: 'slow-model', verdict: 'broken', reason: 'x is undefined' }] })
    expect(text).toContain('broken rule: slow-model: x is undefined')
  })

  it('shows a dash for what was not measured, and no stages from outside', () => {
    const nothing = {
      throughputRps: null,
      errorRate: null,
      meanMs: null,
      p50Ms: null,
      p90Ms: null,
      p95Ms: null,
      p99Ms: null,
      firstByteP50Ms: null,
      firstByteP95Ms: null,
      streamP50Ms: null,
      streamP95Ms: null,
    }
    const text = show({ endToEnd: { requests: 3, ...nothing, p95IntervalMs: null }, stages: [], findings: [] })
    expect(text).toContain('p50 –   p90 –   p95 –   p99 –')
    expect(text).not.toContain('share of the p95')
  })

  it("shows stages by their mean where there is no p95 to have a share of, or none that is the service's", () => {
    const { endToEnd, quality } = diagnosis
    const few = show({ endToEnd: { ...endToEnd, p95Ms: null } })
    const lost = { id: 'client-bound', ok: false, measured: '', expected: '', reason: 'all failed' } as const
    for (const text of [few, show({ quality: [...quality, lost] })]) {
      expect(text).toMatch(/stage +mean +CPU +share of the mean\n/)
      expect(text).toMatch(/event-loop-wait +41 ms +– +\d+ %/)
      expect(text).not.toContain('share of the p95')
    }
  })

  it('tells when the first byte came where answers come in parts, and only there', () => {
    const { endToEnd } = diagnosis
    const parts = { firstByteP50Ms: 12, firstByteP95Ms: 30, streamP50Ms: 50, streamP95Ms: 115 }
    const text = show({ endToEnd: { ...endToEnd, ...parts } })
    expect(text).toContain('  first byte p50 12 ms   p95 30 ms   of the answer\n')
    expect(text).toContain('  stream     p50 50 ms   p95 115 ms   from its first byte to its last\n')
    expect(show({ endToEnd: { ...endToEnd, firstByteP50Ms: 60, firstByteP95Ms: 140 } })).not.toContain('first byte')
  })

  it('lists the costliest of very many stages, and says how many it left out', () => {
    const stages = Array.from({ length: 500 }, (_, i) => stage(`step ${i}`, 1, i === 400 ? 0.6 : 0.0008))
    const text = show({ stages })
    expect(text).toContain('step 400')
    expect(text).toContain('and 476 stages that take less')
    expect(text.split('\n').length).toBeLessThan(60)
  })

  it('shows what of the checklist is open with its evidence, and what passed by name', () => {
    const item = (id: string, status: 'pass' | 'fail' | 'unknown') => {
      return { id, title: `title of ${id}`, status, evidence: `evidence of ${id}` }
    }
    const text = show({ checklist: [item('one', 'pass'), item('two', 'unknown'), item('three', 'fail')] })
    expect(text).toMatch(/fail +title of three: evidence of three\n +unknown +title of two.*\n +pass +one/)
  })

  it('lets no service move the cursor', () => {
    expect(show({ headline: 'a \x1b[2J stage', stages: [stage('evil\x1b[1A', 1, 0.5)] })).not.toContain('\x1b')
  })
})
