import type { LevelReport, LoadReport } from '../../core/model/load-report.js'

/** A ramp whose p95 crosses its limit at 412 requests a second, of a service whose path is hostile. */
export function sampleLoad(): LoadReport {
  return {
    formatVersion: 1,
    tool: { name: 'infer-diag', version: '0.1.0' },
    startedAt: '2026-11-23T21:04:12.000Z',
    mode: 'ramp',
    loop: 'open',
    arrivals: 'poisson',
    url: 'http://127.0.0.1:38211/predict?name=<script>alert(1)</script>',
    method: 'POST',
    bodyBytes: 1034,
    sla: { p95Ms: 60, errorRate: 0.001, percentiles: [{ percentile: 0.95, limitMs: 60 }] },
    levels: [
      level(100, [9, 14, 17], 0.4, 0.19),
      level(200, [11, 18, 23], 0.62, 0.3),
      level(283, [14, 27, 36], 0.78, 0.46),
      level(400, [24, 55, 79], 0.94, 0.8),
      level(420, [27, 64, 93], 0.96, 0.88),
      level(476, [55, 140, 201], 0.99, 0.97),
      { ...level(566, [0, 0, 0], 1, 1), ...UNSTABLE },
    ],
    knee: { kind: 'point', rps: 412, intervalRps: [391, 434] },
    maxPassingRps: 400,
    firstFailingRps: 420,
    bindingConstraint: 'p95',
    safeRps: 309,
    safeRangeRps: [288, 330],
    peakRps: 300,
    headroom: 0.25,
    recoveryMs: null,
    notes: [],
  }
}

const UNSTABLE: Partial<LevelReport> = {
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  targets: [{ name: 'p95', until: 'last-byte', limitMs: 60, measuredMs: null }],
  stable: false,
  unstableReason: 'the backlog grew by 105 requests a second',
  throughputRps: 461,
}

function level(
  rate: number,
  [p50Ms, p95Ms, p99Ms]: readonly [number, number, number],
  deviceBusyFraction: number,
  batchFullness: number,
): LevelReport {
  return {
    label: null,
    rate,
    offeredRps: rate,
    throughputRps: rate,
    p50Ms,
    p95Ms,
    p99Ms,
    stable: true,
    unstableReason: null,
    slaMet: rate <= 412,
    constraint: rate <= 412 ? null : 'p95',
    lateFraction: rate <= 412 ? 0.01 : 0.09,
    targets: [{ name: 'p95', until: 'last-byte', limitMs: 60, measuredMs: p95Ms }],
    requests: 2000,
    errors: 0,
    clientLagP99Ms: 0.4,
    void: null,
    durationMs: 5000,
    seed: 1,
    resources: {
      eventLoopUtilization: rate / 900,
      deviceBusyFraction,
      processCpuCores: rate / 700,
      batchFullness,
      meanBatch: batchFullness * 16,
    },
    recording: `level-${rate}rps`,
  }
}
