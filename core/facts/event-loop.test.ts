import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { Recording } from '../model/recording.js'
import { eventLoop } from './event-loop.js'
import { factsOf } from './fact.js'

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
