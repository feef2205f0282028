import type { Chart, Charts, FlameNode, RequestFlame, TimelineTrack } from '../../core/model/charts.js'
import type { Diagnosis, Finding, StageSummary } from '../../core/model/diagnosis.js'

/** A hand-made report in the shape of the mini-challenge, so that the page is tested apart from what computes it. */
export function sampleReport(): { diagnosis: Diagnosis; charts: Charts } {
  return { diagnosis: sampleDiagnosis(), charts: sampleCharts() }
}

const STAGES = ['network-in', 'deserialize', 'preprocess', 'queue', 'model', 'postprocess', 'serialize', 'network-out']
const P95_PARTS = [2.1, 9.2, 3.4, 19.8, 9.6, 0.8, 1.1, 0.9]
const BARS = [
  { label: 'p50', percentile: 0.5, scale: 0.42, wait: 12.1 },
  { label: 'p90', percentile: 0.9, scale: 0.86, wait: 71.5 },
  { label: 'p95', percentile: 0.95, scale: 1, wait: 88.4 },
  { label: 'p99', percentile: 0.99, scale: 1.25, wait: 149.7 },
]

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
    endToEnd: {
      requests: 4012,
      throughputRps: 200.6,
      errorRate: 0,
      meanMs: 48.2,
      p50Ms: 31.8,
      p90Ms: 111.9,
      p95Ms: 135.3,
      p99Ms: 208.4,
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
    ...STAGES.map((id, i) => stage(id, P95_PARTS[i])),
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

export function sampleCharts(): Charts {
  return {
    stackedBars: available({
      stages: [...STAGES, 'event-loop-wait'],
      slaMs: 120,
      bars: BARS.map(({ label, percentile, scale, wait }) => {
        const parts = [
          ...STAGES.map((stage, i) => ({ stage, ms: P95_PARTS[i] * scale })),
          { stage: 'event-loop-wait', ms: wait },
        ]
        return { label, percentile, totalMs: parts.reduce((sum, part) => sum + part.ms, 0), requests: 40, parts }
      }),
    }),
    requestFlames: available({ requests: [flame('median', 32), flame('p95', 135), flame('p99', 208)] }),
    flameGraph: available({
      root: flameTree(),
      sampledMs: 9800,
      windows: 4,
      intervalUs: 1000,
      prunedMs: 12.5,
      excluded: [{ name: 'idle', ms: 1610 }],
    }),
    timeline: available({
      fromMs: 0,
      toMs: 26_400,
      stepMs: 200,
      phases: [
        { fromMs: 0, toMs: 4000, label: 'warm-up' },
        { fromMs: 4000, toMs: 25_000, label: 'measured' },
      ],
      tracks: sampleTracks(),
    }),
    latency: available({
      bins: Array.from({ length: 48 }, (_, i) => ({
        fromMs: i * 5,
        toMs: (i + 1) * 5,
        count: Math.round(700 * (i / 4) ** 2 * Math.exp(-i / 3.2)) + (i > 20 ? 6 : 0),
      })),
      marks: [
        { label: 'p50', ms: 31.8 },
        { label: 'p90', ms: 111.9 },
        { label: 'p95', ms: 135.3 },
        { label: 'p99', ms: 208.4 },
      ],
      slaMs: 120,
    }),
    batching: available({
      capacity: 8,
      sizes: [310, 402, 288, 170, 92, 45, 21, 38].map((count, i) => ({ size: i + 1, count })),
      reasons: [
        { reason: 'timeout', count: 1310 },
        { reason: 'full', count: 38 },
        { reason: 'idle', count: 18 },
      ],
      serviceTimes: Array.from({ length: 8 }, (_, i) => ({
        size: i + 1,
        count: 40,
        p50Ms: 2.4 + 1.6 * (i + 1),
        p95Ms: 3.1 + 1.7 * (i + 1),
      })),
      fit: { overheadMs: 2.4, perItemMs: 1.6, r2: 0.991 },
    }),
  }
}

function available<T>(chart: T): Chart<T> {
  return { available: true, chart }
}

function flame(label: string, totalMs: number): RequestFlame {
  const wait = totalMs * 0.6
  const frame = (
    stage: string,
    startMs: number,
    endMs: number,
    depth = 1,
    kind: 'work' | 'wait' | 'container' = 'work',
  ) => ({
    stage,
    startMs,
    endMs,
    depth,
    kind,
    thread: 'main',
    bytes: stage === 'deserialize' ? 452_118 : null,
  })
  return {
    label,
    totalMs,
    atMs: 11_482,
    status: 200,
    frames: [
      frame('connection', 0, wait, 0, 'wait'),
      frame('handler', wait, totalMs, 0, 'container'),
      frame('deserialize', wait + 1, wait + 5),
      frame('queue', wait + 5, totalMs - 6, 1, 'wait'),
      frame('model', totalMs - 6, totalMs - 1.5),
      frame('serialize', totalMs - 1.5, totalMs - 0.4),
    ],
    batch: {
      size: 3,
      capacity: 8,
      reason: 'timeout',
      openedMs: wait + 2,
      startedMs: totalMs - 6,
      endedMs: totalMs - 1.5,
      mates: [
        { enqueuedMs: wait + 2, self: false },
        { enqueuedMs: wait + 5, self: true },
        { enqueuedMs: totalMs - 6.5, self: false },
      ],
    },
    loop: [
      { fromMs: 0, toMs: wait * 0.5, owner: 'other', label: 'deserialize', stage: 'deserialize' },
      { fromMs: wait * 0.52, toMs: wait * 0.98, owner: 'other', label: 'deserialize', stage: 'deserialize' },
      { fromMs: wait, toMs: wait + 5, owner: 'self', label: 'deserialize', stage: 'deserialize' },
      { fromMs: totalMs - 1.5, toMs: totalMs - 0.6, owner: 'unknown', label: 'work between stages', stage: null },
    ],
  }
}

function flameTree(): FlameNode {
  const node = (
    name: string,
    location: string,
    stage: string | null,
    selfMs: number,
    children: FlameNode[] = [],
  ): FlameNode => ({
    name,
    location,
    stage,
    selfMs,
    totalMs: selfMs + children.reduce((sum, child) => sum + child.totalMs, 0),
    children,
  })
  const leaf = (i: number) =>
    node(`kernel${i}`, `src/tensor.js:${10 + i}`, i % 2 === 0 ? 'preprocess' : 'postprocess', 20 + i)
  return node('all', '', null, 0, [
    node('processTicksAndRejections', 'node:internal/process/task_queues:72', null, 40, [
      node('handlePredict', 'service/server.js:41', 'deserialize', 60, [
        node('parseBody', 'service/body.js:12', 'deserialize', 120, [node('parse', '', 'deserialize', 5200)]),
        node(
          'preprocess',
          'service/preprocess.js:8',
          'preprocess',
          310,
          Array.from({ length: 20 }, (_, i) => leaf(i)),
        ),
        node('stringify', '', 'serialize', 420),
      ]),
    ]),
    node('onread', 'node:internal/stream_base_commons:163', 'network-in', 600, [
      node('concat', 'node:buffer:588', 'network-in', 380),
    ]),
    node('(garbage collector)', '', null, 190),
  ])
}

function sampleTracks(): TimelineTrack[] {
  const wave = (base: number, swing: number) => (i: number) =>
    base + swing * Math.sin(i / 7) + swing * 0.6 * Math.sin(i * 1.7)
  const track = (
    id: string,
    label: string,
    unit: string,
    value: (i: number) => number | null,
    more: Partial<TimelineTrack> = {},
  ): TimelineTrack => ({
    id,
    label,
    unit,
    simulated: false,
    reference: null,
    series: [{ label, values: Array.from({ length: 132 }, (_, i) => value(i)) }],
    ...more,
  })
  const p50 = wave(32, 6)
  const p95 = wave(118, 30)
  return [
    track('rps', 'Throughput', 'rps', wave(200, 14)),
    track('latency', 'Latency', 'ms', p50, {
      reference: { value: 120, label: 'SLA 120 ms' },
      series: [
        { label: 'p50', values: Array.from({ length: 132 }, (_, i) => p50(i)) },
        { label: 'p95', values: Array.from({ length: 132 }, (_, i) => (i === 40 ? null : p95(i))) },
      ],
    }),
    track('queue', 'Queue depth', 'count', wave(2.4, 1.6)),
    track('batch', 'Batch size', 'count', wave(2.9, 0.8), { reference: { value: 8, label: 'capacity 8' } }),
    track('cpu', 'CPU of the service', 'cores', wave(1.4, 0.2)),
    track('loop', 'Event loop busy', 'fraction', wave(0.9, 0.05)),
    track('device', 'Device busy', 'fraction', wave(0.45, 0.1), { simulated: true }),
    track('network', 'Network', 'bytes/s', wave(92e6, 6e6)),
  ]
}
