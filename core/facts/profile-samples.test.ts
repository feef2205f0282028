import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { Recording } from '../model/recording.js'
import { factsOf } from './fact.js'
import { NO_STAGE, profileSamples } from './profile-samples.js'

const RECORDING = synthesize({ durationMs: 4000 })
const [WINDOW] = RECORDING.profiles

const sampled = (recording: Recording) => factsOf(recording).find(profileSamples) ?? []
const at = (...startsMs: number[]) =>
  startsMs.map((startMs) => ({ ...WINDOW!, startMs, endMs: startMs + WINDOW!.endMs - WINDOW!.startMs }))

test('samples are joined with the stage that ran at the time, in whatever order the windows come', () => {
  const names = (recording: Recording) =>
    sampled(recording).map(({ window, stage }) => [
      window.startMs,
      [...new Set(stage)].map((one) => (one === NO_STAGE ? null : recording.stages[one])).sort(),
    ])
  const { startMs } = WINDOW!
  const two = names({ ...RECORDING, meta: { ...RECORDING.meta, load: null }, profiles: at(startMs + 1500, startMs) })
  expect(two.map(([ms]) => ms)).toEqual([startMs + 1500, startMs])
  for (const [, stages] of two) {
    expect(stages).toEqual(['deserialize', 'postprocess', 'preprocess', 'serialize', null].sort())
  }
})

test('windows that were open before the measured time count alone: others do not know the loops that were compiled', () => {
  const { measuredFromMs } = RECORDING.meta.load!
  const startsOf = (recording: Recording) => sampled(recording).map(({ window }) => window.startMs)
  const [early, late] = [measuredFromMs - 500, measuredFromMs + 2000]
  expect(startsOf({ ...RECORDING, profiles: at(early, late) })).toEqual([early])
  expect(startsOf({ ...RECORDING, profiles: at(late) })).toEqual([late])
  const [first, second] = at(early, late)
  expect(startsOf({ ...RECORDING, profiles: [first!, { ...second!, thread: 1 }] })).toEqual([early, late])
})

test('times of samples ascend, whatever the profile says', () => {
  const timeDeltas = WINDOW!.profile.timeDeltas.map((delta, i) => (i % 5 === 4 ? -300 : delta))
  const [one] = sampled({ ...RECORDING, profiles: [{ ...WINDOW!, profile: { ...WINDOW!.profile, timeDeltas } }] })
  expect(one!.atMs.every((ms, i) => i === 0 || ms >= one!.atMs[i - 1]!)).toBe(true)
})
