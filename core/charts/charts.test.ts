import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { Chart } from '../model/charts.js'
import { drawCharts } from './index.js'

const CHARTS = drawCharts(synthesize())

function chart<T>(drawn: Chart<T>): T {
  if (!drawn.available) throw new Error(drawn.reason)
  return drawn.chart
}

test('the parts of every stacked bar add up to it, in stage order', () => {
  const { bars, stages } = chart(CHARTS.stackedBars)
  expect(bars.map((bar) => bar.label)).toEqual(['p50', 'p90', 'p95', 'p99'])
  for (const bar of bars) {
    expect(bar.parts.map((part) => part.stage)).toEqual(stages)
    expect(Math.abs(bar.parts.reduce((sum, part) => sum + part.ms, 0) - bar.totalMs)).toBeLessThan(0.01)
  }
  expect(stages.indexOf('deserialize')).toBeLessThan(stages.indexOf('queue'))
  expect(stages[stages.length - 1]).toBe('event-loop-wait')
})

test('the latency histogram holds every request and its bins have one width', () => {
  const { bins, marks } = chart(CHARTS.latency)
  const counted = bins.reduce((sum, bin) => sum + bin.count, 0)
  expect(counted).toBeGreaterThan(3500)
  const widths = bins.slice(0, -1).map((bin) => bin.toMs - bin.fromMs)
  for (const width of widths) expect(width).toBeCloseTo(widths[0]!, 9)
  expect(marks.map((mark) => mark.label)).toEqual(['p50', 'p90', 'p95', 'p99'])
})

test('each pictured request lies within its own latency, and its batch holds it', () => {
  const { requests } = chart(CHARTS.requestFlames)
  expect(requests.map((request) => request.label)).toEqual(['Median', 'p95', 'p99'])
  for (const { frames, totalMs, batch, loop } of requests) {
    for (const frame of frames) {
      expect(frame.startMs).toBeGreaterThanOrEqual(-1e-6)
      expect(frame.endMs).toBeLessThanOrEqual(totalMs + 1e-6)
    }
    expect(frames.map((frame) => frame.stage)).toEqual(expect.arrayContaining(['connection', 'deserialize', 'model']))
    expect(batch?.mates.filter((mate) => mate.self)).toHaveLength(1)
    expect(batch?.mates.length).toBe(batch?.size)
    for (let i = 1; i < loop.length; i++) expect(loop[i]!.fromMs).toBeGreaterThanOrEqual(loop[i - 1]!.toMs - 1e-6)
    expect(new Set(loop.map((slice) => slice.owner))).toContain('self')
  }
})

test('the frames of one depth do not overlap', () => {
  for (const { frames } of chart(CHARTS.requestFlames).requests) {
    for (const depth of new Set(frames.map((frame) => frame.depth))) {
      const row = frames.filter((frame) => frame.depth === depth).sort((a, b) => a.startMs - b.startMs)
      for (let i = 1; i < row.length; i++) expect(row[i]!.startMs).toBeGreaterThanOrEqual(row[i - 1]!.endMs - 1e-6)
    }
  }
})

test('every track of the timeline has one value a step, and the device is said to be simulated', () => {
  const { tracks, fromMs, toMs, stepMs } = chart(CHARTS.timeline)
  const steps = Math.round((toMs - fromMs) / stepMs)
  for (const track of tracks) for (const series of track.series) expect(series.values).toHaveLength(steps)
  expect(tracks.find((track) => track.label === 'Device busy')?.simulated).toBe(true)
  expect(tracks.filter((track) => track.simulated)).toHaveLength(1)
  expect(tracks.find((track) => track.id === 'loop-delay')).toMatchObject({ unit: 'ms', series: [{ label: 'late' }] })
  const arriving = tracks[0]!.series[0]!.values
  const mean = arriving.reduce<number>((sum, value) => sum + (value ?? 0), 0) / steps
  expect(mean).toBeGreaterThan(180)
  expect(mean).toBeLessThan(220)
})

test('the fit of service times finds what the device costs', () => {
  const { fit, capacity, sizes } = chart(CHARTS.batching)
  expect(capacity).toBe(8)
  expect(sizes.reduce((sum, row) => sum + row.count, 0)).toBeGreaterThan(500)
  expect(fit?.overheadMs).toBeGreaterThan(1.5)
  expect(fit?.overheadMs).toBeLessThan(3.3)
})

test('a recording that only the client saw still has its latency and timeline; the rest says why not', () => {
  const charts = drawCharts(synthesize({ observed: 'client', durationMs: 5000 }))
  expect(charts.latency.available).toBe(true)
  expect(charts.timeline.available).toBe(true)
  for (const drawn of [charts.stackedBars, charts.requestFlames, charts.flameGraph, charts.batching]) {
    expect(drawn).toMatchObject({ available: false, reason: expect.stringMatching(/\w+ \w+/) })
  }
})

test('a recording without load draws what the service saw', () => {
  const charts = drawCharts(synthesize({ observed: 'server', durationMs: 5000 }))
  const { requests } = chart(charts.requestFlames)
  for (const { frames } of requests) expect(frames.some((frame) => frame.stage === 'connection')).toBe(false)
})

test('the same recording gives the same charts, and they stay small', () => {
  expect(JSON.stringify(drawCharts(synthesize()))).toBe(JSON.stringify(CHARTS))
  expect(JSON.stringify(CHARTS).length).toBeLessThan(200_000)
})
