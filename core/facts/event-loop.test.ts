import { describe, expect, test } from 'vitest'
import { withIdleLost } from '../../fixtures/recordings/idle-lost.js'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { Recording } from '../model/recording.js'
import { eventLoop } from './event-loop.js'
import { factsOf } from './fact.js'
import { traffic } from './traffic.js'

/** The recording with a thread more, whose loop was `busy` in every sample: a device that blocks while it works. */
function withDeviceThread(recording: Recording, busy: number): Recording {
  const { samples } = recording
  const main = samples.seriesInfo.findIndex(({ metric }) => metric === 'loop.utilization')
  const rows = [...samples.series.keys()].filter((row) => samples.series[row] === main)
  const added = samples.seriesInfo.length
  return {
    ...recording,
    threads: [...recording.threads, { process: 0, name: 'worker 1', kind: 'worker' }],
    samples: {
      count: samples.count + rows.length,
      seriesInfo: [...samples.seriesInfo, { metric: 'loop.utilization', instance: 'worker 1', simulated: false }],
      tMs: Float64Array.from([...samples.tMs, ...rows.map((row) => samples.tMs[row]!)]),
      series: Uint16Array.from([...samples.series, ...rows.map(() => added)]),
      value: Float64Array.from([...samples.value, ...rows.map(() => busy)]),
    },
  }
}

test('a loop that answers no request does not count, however busy', () => {
  const recording = synthesize({ parseMs: 0.1, rate: 50 })
  const alone = factsOf(recording).find(eventLoop)!
  const beside = factsOf(withDeviceThread(recording, 0.95)).find(eventLoop)!
  expect(alone.utilization).toBeLessThan(0.5)
  expect(beside).toEqual(alone)
})

test('the idle loop of a process that only starts the service (npm, tsx) does not count', () => {
  const recording = synthesize({ rate: 200 })
  const alone = factsOf(recording).find(eventLoop)!
  const { samples, meta, threads } = recording
  const seriesInfo = samples.seriesInfo.map((info) =>
    info.metric === 'loop.utilization' ? { ...info, instance: `11/${info.instance}` } : info,
  )
  const two = {
    ...withDeviceThread({ ...recording, samples: { ...samples, seriesInfo } }, 0),
    meta: {
      ...meta,
      processes: [
        { ...meta.processes[0]!, pid: 11 },
        { ...meta.processes[0]!, pid: 7 },
      ],
    },
    threads: [...threads, { process: 1, name: 'main', kind: 'main' as const }],
  }
  const idle = two.samples.seriesInfo.map((info) =>
    info.instance === 'worker 1' ? { ...info, instance: '7/main' } : info,
  )
  expect(factsOf({ ...two, samples: { ...two.samples, seriesInfo: idle } }).find(eventLoop)).toEqual(alone)
})

test('where the agent is in npm alone, its loop is not that of the service', () => {
  const recording = synthesize({ rate: 200 })
  const unseen = { ...recording, spans: { ...recording.spans, count: 0 } }
  const [process] = unseen.meta.processes
  const inNpm = { ...unseen, meta: { ...unseen.meta, processes: [{ ...process!, pid: 11 }] } }
  expect(factsOf(inNpm).get(eventLoop)).toMatchObject({ known: false, reason: expect.stringMatching(/no agent ran/) })
  // A server that the agent does not follow may answer on the loop that it observes.
  expect(factsOf(unseen).find(eventLoop)).not.toBeNull()
})

describe.each([
  ['samples', 'sampled', true],
  ['the edges of spans', 'edges', false],
])('busy by %s', (_, source, samples) => {
  const busy = (recording: Recording) => factsOf(recording).find(eventLoop)!
  const recording = synthesize({ parseMs: 0.4, rate: 100, samples })
  const raised = withIdleLost(recording, 0.7)

  test('the windows of a CPU profile, in which a loop counts most of its waiting as work, are left out', () => {
    const { utilization } = busy({ ...recording, profiles: [] })
    expect(busy(raised)).toMatchObject({ source, utilization: expect.closeTo(utilization, 2) })
    expect(busy({ ...raised, profiles: [] }).utilization).toBeGreaterThan(utilization + 0.05)
  })

  test('they count where they leave next to nothing', () => {
    const profiles = recording.profiles.map((window) => ({ ...window, startMs: 0, endMs: recording.meta.durationMs }))
    expect(busy({ ...raised, profiles }).utilization).toBe(busy({ ...raised, profiles: [] }).utilization)
  })
})

describe('a loop that takes no samples any more', () => {
  const recording = synthesize({ parseMs: 0.4, rate: 100 })
  const { fromMs, toMs } = factsOf(recording).find(traffic)!
  const middleMs = (fromMs + toMs) / 2
  const withoutSamples = (metrics: readonly string[], afterMs = middleMs): Recording => {
    const { samples } = recording
    const gone = (row: number) =>
      samples.tMs[row]! > afterMs && metrics.includes(samples.seriesInfo[samples.series[row]!]!.metric)
    const rows = [...samples.series.keys()].filter((row) => !gone(row))
    return {
      ...recording,
      samples: {
        ...samples,
        count: rows.length,
        tMs: Float64Array.from(rows, (row) => samples.tMs[row]!),
        series: Uint16Array.from(rows, (row) => samples.series[row]!),
        value: Float64Array.from(rows, (row) => samples.value[row]!),
      },
    }
  }

  test('is busy with code that does not return, while its process is there', () => {
    const { utilization } = factsOf(recording).find(eventLoop)!
    const stalled = factsOf(withoutSamples(['loop.utilization'])).find(eventLoop)!
    expect(stalled.utilization).toBeCloseTo(0.5 + utilization / 2, 1)
  })

  test('is not, where a few are late', () => {
    const late = factsOf(withoutSamples(['loop.utilization'], toMs - 800)).find(eventLoop)!
    expect(late.utilization).toBeCloseTo(factsOf(recording).find(eventLoop)!.utilization, 2)
  })

  test('is not, where its process is gone', () => {
    const { utilization } = factsOf(recording).find(eventLoop)!
    const ended = factsOf(withoutSamples(['loop.utilization', 'process.cpu'])).find(eventLoop)!
    expect(ended.utilization).toBeCloseTo(utilization, 1)
  })
})
