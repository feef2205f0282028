import type { Chart, Charts, FlameNode, RequestFlame, TimelineTrack } from '../../core/model/charts.js'
import { CANONICAL_STAGES, STREAM_STAGE } from '../../core/model/recording.js'

/** Its answers are sent at once. */
export const SAMPLE_STAGES = CANONICAL_STAGES.filter((stage) => stage !== STREAM_STAGE)
export const P95_PARTS = [2.1, 9.2, 3.4, 19.8, 9.6, 0.8, 1.1, 0.9]
const BARS = [
  { label: 'p50', percentile: 0.5, scale: 0.42, wait: 12.1 },
  { label: 'p90', percentile: 0.9, scale: 0.86, wait: 71.5 },
  { label: 'p95', percentile: 0.95, scale: 1, wait: 88.4 },
  { label: 'p99', percentile: 0.99, scale: 1.25, wait: 149.7 },
]

/** What each chart of the mini-challenge holds. */
export function sampleCharts(): Charts {
  return {
    stackedBars: available({
      stages: [...SAMPLE_STAGES, 'event-loop-wait'],
      slaMs: 120,
      bars: BARS.map(({ label, percentile, scale, wait }) => {
        const parts = [
          ...SAMPLE_STAGES.map((stage, i) => ({ stage, ms: P95_PARTS[i] * scale })),
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
      agentMs: 40,
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
