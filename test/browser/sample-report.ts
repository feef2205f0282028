import type { Charts } from '../../core/model/charts.js'
import type { Diagnosis, Finding, StageSummary } from '../../core/model/diagnosis.js'
import { P95_PARTS, SAMPLE_STAGES, sampleCharts } from './sample-charts.js'

/** A hand-made report in the shape of the mini-challenge, so that the page is tested apart from what computes it. */
export function sampleReport(): { diagnosis: Diagnosis; charts: Charts } {
  return { diagnosis: sampleDiagnosis(), charts: sampleCharts() }
}

export function sampleDiagnosis(): Diagnosis {
  return {
    formatVersion: 1,
    tool: { name: 'infer-diag', version: '0.1.0' },
    recording: {
      id: 'mini-challenge-7f3a',
      startedAt: '2026-11-23T21:04:12.000Z',
      durationMs: 26_400,
      requests: 4012,
      gaps: [{ kind: 'sampler:gpu', count: 1, reason: 'nvidia-smi was not found; GPU figures are not measured' }],
    },
    environment: {
      host: {
        os: 'Linux',
        arch: 'x64',
        kernel: '6.8.0',
        cpuModel: 'AMD EPYC 9554 64-Core Processor',
        cores: 16,
        memoryBytes: 128e9,
        cgroup: { cpuLimitCores: 4, memoryLimitBytes: 8e9 },
      },
      gpus: [{ name: 'simulated accelerator', memoryBytes: null, driver: null, simulated: true }],
      service: 'mini-challenge',
      runtime: 'node v20.20.2',
      observed: 'node',
      command: ['node', 'service/main.js', '--device', 'simulated', '--max-batch', '8'],
      load: {
        url: 'http://127.0.0.1:38211/predict',
        method: 'POST',
        rate: 200,
        arrivals: 'poisson',
        bodyBytes: 452_118,
        warmupMs: 4000,
      },
    },
    pipeline: {
      maxBatch: { value: 8, source: 'declared' },
      maxWaitMs: { value: 8, source: 'declared' },
      workers: { value: 1, source: 'observed' },
    },
    sla: { p95Ms: 120, errorRate: 0.001, percentiles: [{ percentile: 0.95, limitMs: 120 }] },
    slaMet: false,
    targets: [],
    endToEnd: {
      requests: 4012,
      throughputRps: 200.6,
      errorRate: 0,
      meanMs: 48.2,
      p50Ms: 31.8,
      p90Ms: 111.9,
      p95Ms: 135.3,
      p99Ms: 208.4,
      firstByteP50Ms: null,
      firstByteP95Ms: null,
      streamP50Ms: null,
      streamP95Ms: null,
      p95IntervalMs: [126.2, 147.9],
    },
    warmUp: { requests: 806, p50Ms: 35.2, p95Ms: 160.4 },
    stages: sampleStages(),
    resources: {
      eventLoopUtilization: 0.913,
      processCpu: 1.42,
      hostCpu: 0.18,
      hottestThread: { name: '4121/4121 node', busyFraction: 0.92 },
      gpuUtilization: null,
      deviceSimulated: true,
      deviceBusyFraction: 0.447,
      batchFullness: 0.36,
      meanBatch: 2.87,
      maxBatch: 8,
      meanQueueDepth: 2.1,
      meanInFlight: 9.7,
      gcFraction: 0.021,
      rssPeakBytes: 412e6,
    },
    culprit: 'json-parsing',
    headline:
      'JSON parsing holds p95 at 135 ms against 120 ms: decoding 0.45 MB bodies takes 3.9 ms each and keeps the event loop 91% busy, so requests wait 88 ms for it.',
    findings: sampleFindings(),
    notFired: [
      { id: 'slow-model', verdict: 'clear', reason: 'the model is 9.6 ms of 135 ms near the p95' },
      { id: 'starved-device', verdict: 'not-enough-data', reason: '140 batches, 200 needed' },
      { id: 'device-throttling', verdict: 'not-measured', reason: 'no GPU samples' },
      { id: 'saturated-queue', verdict: 'clear', reason: 'the device is busy 45% of the time' },
    ],
    quality: [
      {
        id: 'littles-law',
        ok: true,
        measured: '9.7 in flight',
        expected: '9.67 = 200.6 rps x 48.2 ms',
        reason: 'agree within 0.3%',
      },
      {
        id: 'client-lag',
        ok: true,
        measured: '0.4 ms at p99',
        expected: 'under 2 ms',
        reason: 'the client kept its schedule',
      },
      {
        id: 'counts',
        ok: true,
        measured: '4,012 on both sides',
        expected: 'equal',
        reason: 'every request was seen by client and server',
      },
      {
        id: 'sample-size',
        ok: true,
        measured: '201 requests above p95',
        expected: 'at least 20',
        reason: 'enough for the p95 and its interval',
      },
      { id: 'gpu-sampling', ok: null, measured: 'no samples', expected: '10 a second', reason: 'no GPU was found' },
    ],
    checklist: [
      {
        id: 'batching',
        title: 'Dynamic batching is on',
        status: 'pass',
        evidence: 'batches of 2.9 on average, up to 8',
      },
      {
        id: 'fullness',
        title: 'Batches leave at least half full',
        status: 'fail',
        evidence: '2.9 of 8 on average (36%)',
      },
      { id: 'warm-up', title: 'Instances warm up before they serve', status: 'pass', evidence: 'ready after 1.2 s' },
      { id: 'backpressure', title: 'The queue is bounded', status: 'unknown', evidence: 'no overload was seen' },
    ],
    predictions: { simulatedP95Ms: 138.2, calibrationErrorP95: 0.021, replayedRequests: 4012 },
  }
}

function sampleStages(): StageSummary[] {
  const stage = (id: string, ms: number, kind: StageSummary['kind'] = 'stage'): StageSummary => ({
    id,
    kind,
    requests: 4012,
    meanMs: ms * 0.5,
    p50Ms: ms * 0.42,
    p90Ms: ms * 0.9,
    p95Ms: ms * 1.1,
    p99Ms: ms * 1.6,
    cpuMs: kind === 'stage' && id !== 'queue' ? ms * 0.4 : null,
    tailShare: kind === 'container' ? null : ms / 135.3,
  })
  return [
    ...SAMPLE_STAGES.map((id, i) => stage(id, P95_PARTS[i])),
    stage('event-loop-wait', 88.4, 'derived'),
    stage('handler', 130, 'container'),
  ]
}

function sampleFindings(): Finding[] {
  return [
    {
      id: 'json-parsing',
      title: 'JSON parsing takes the CPU that requests wait for',
      summary:
        'Decoding a 0.45 MB JSON body takes 3.9 ms of the event loop for each request; at 200 rps that alone keeps it 78% busy, and everybody else waits.',
      stage: 'deserialize',
      confidence: 'high',
      costMs: { p95: 84.2, interval: [71.3, 92.8] },
      costMethod: 'removal',
      evidence: [
        { kind: 'metric', label: 'time in JSON.parse per request', value: 3.91, unit: 'ms' },
        {
          kind: 'metric',
          label: 'event loop busy',
          value: 0.913,
          unit: 'fraction',
          limit: { value: 0.8, reason: 'waiting grows steeply beyond it' },
        },
        { kind: 'metric', label: 'body size', value: 452_118, unit: 'bytes' },
        {
          kind: 'histogram',
          label: 'time per parse',
          unit: 'ms',
          bins: Array.from({ length: 16 }, (_, i) => ({
            from: 2 + i * 0.5,
            to: 2.5 + i * 0.5,
            count: Math.round(900 * Math.exp(-((i - 4) ** 2) / 8)),
          })),
        },
      ],
      fixes: [
        {
          title: 'Send tensors as binary bodies',
          change: 'stage.deserialize=0.05x',
          predictedP95Ms: 41,
          intervalMs: [38, 47],
        },
        { title: 'Parse in worker threads', change: 'workers.deserialize=2', predictedP95Ms: null, intervalMs: null },
      ],
      docs: 'docs/rules/json-parsing.md',
    },
    {
      id: 'poor-batch-fullness',
      title: 'Batches leave part-empty',
      summary: 'Batches hold 2.9 of 8 on average, and the device idles 55% of the time.',
      stage: 'queue',
      confidence: 'medium',
      costMs: { p95: 12.5, interval: null },
      costMethod: 'removal',
      evidence: [
        {
          kind: 'metric',
          label: 'mean batch',
          value: 2.87,
          unit: 'count',
          limit: { value: 4, reason: 'half of the capacity of 8' },
        },
      ],
      fixes: [
        { title: 'Raise max wait to 12 ms', change: 'batch.maxWaitMs=12', predictedP95Ms: null, intervalMs: null },
      ],
      docs: 'docs/rules/poor-batch-fullness.md',
    },
  ]
}
