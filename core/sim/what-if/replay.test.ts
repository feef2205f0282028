import { expect, test } from 'vitest'
import { serviceModel } from '../../../test/support/service-model.js'
import { replay } from './replay.js'
import type { Segment, ServiceModel, Waking } from './service-model.js'

/** Parsing for 4 ms, 10 ms elsewhere, writing for 1 ms, and what `changes` say. */
function service(scheduledMs: readonly number[], changes: Partial<ServiceModel> & { returning?: Waking } = {}) {
  const { returning = null, ...model } = changes
  const each = (ms: number) => new Float64Array(scheduledMs.length).fill(ms)
  const segments: Segment[] = [
    { stage: 'deserialize', place: { kind: 'loop' }, demandMs: each(4) },
    { stage: 'hand-over', place: { kind: 'elsewhere' }, demandMs: each(10), waking: returning },
    { stage: 'serialize', place: { kind: 'loop' }, demandMs: each(1) },
    { stage: 'loop-overhead', place: { kind: 'loop' }, demandMs: each(2), around: true },
  ]
  const request = Uint32Array.from(scheduledMs, (_, i) => i)
  const arrivals = { scheduledMs: Float64Array.from(scheduledMs), request, measuredFrom: 0, schedule: null }
  return replay(serviceModel(scheduledMs.length, { arrivals, connectionMs: each(0.5), segments, ...model }))
}

const always = (count: number, wakeMs: number, asleep: readonly number[]): Waking => ({
  wakeMs: new Float64Array(count).fill(wakeMs),
  asleep: Uint8Array.from(asleep),
})

test('work around a request keeps the loop busy and delays others, not the request itself', () => {
  const { latencyMs, loopWaitMs, utilizations } = service([0, 100])
  expect([...latencyMs]).toEqual([15.5, 15.5])
  expect([...loopWaitMs]).toEqual([0, 0])
  expect(utilizations[0]!.utilization).toBeCloseTo((2 * 7) / 100)
  // The second comes at 2 and finds the loop at work until 4, and then for 1 ms more around the first.
  expect(service([0, 2]).latencyMs[1]).toBeCloseTo(15.5 + 2 + 1)
})

test('processes work side by side, and share the cores of their host where there are fewer than loops', () => {
  const processes = { processes: 2, processOf: Uint8Array.of(0, 1) }
  expect([...service([0, 0], processes).latencyMs]).toEqual([15.5, 15.5])
  const cpu = { cores: 1, background: 0, imbalance: 0, device: false, loopStretch: 1 }
  // Parsing takes both 8 ms, and then both write and clear up for 2 ms after each turn.
  expect([...service([0, 0], { ...processes, cpu }).latencyMs]).toEqual([20.5, 20.5])
  expect([...service([0, 0], { ...processes, cpu: { ...cpu, cores: 2 } }).latencyMs]).toEqual([15.5, 15.5])
})

test('a loop that was asleep makes a recorded delay long only for those that find it asleep in the replay', () => {
  const connectionWaking = always(2, 0.4, [1, 1])
  const apart = service([0, 100], { connectionWaking })
  expect([...apart.latencyMs]).toEqual([15.5, 15.5])
  const close = service([0, 2], { connectionWaking })
  // Its way took 0.1 ms instead of 0.5, while the loop worked for the first until 5.5: its wait is longer by as much.
  expect(close.latencyMs[1]).toBeCloseTo(18.5)
  expect(close.loopWaitMs[1]).toBeCloseTo(3.4)
})

test('one that found the loop at work has to wake it up where it would sleep now', () => {
  const returning = always(2, 0.4, [0, 0])
  const { latencyMs, loopWaitMs } = service([0, 100], { returning })
  for (const ms of latencyMs) expect(ms).toBeCloseTo(15.9)
  for (const ms of loopWaitMs) expect(ms).toBeCloseTo(0)
})
