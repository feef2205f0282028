import { expect, it } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { sideBySide } from '../../test/support/side-by-side.js'
import type { Recording } from '../model/recording.js'
import { checkQuality } from '../quality.js'
import { factsOf } from './fact.js'

const SETTINGS = { profile: false, durationMs: 20_000, warmupMs: 2000, rate: 80 }
const pair = () => sideBySide(synthesize({ ...SETTINGS, seed: 1 }), synthesize({ ...SETTINGS, seed: 2 }))

/** As if the process had only been there from `fromMs` to `toMs`. */
function there(recording: Recording, pid: number, fromMs: number, toMs: number): Recording {
  const { samples } = recording
  const own = samples.seriesInfo.map(({ instance }) => instance.split('/')[0] === String(pid))
  const value = samples.value.map((one, i) => {
    const outside = samples.tMs[i]! < fromMs || samples.tMs[i]! > toMs
    return own[samples.series[i]!] && outside ? Number.NaN : one
  })
  return { ...recording, samples: { ...samples, value } }
}

function check(recording: Recording) {
  return checkQuality(factsOf(recording)).find(({ id }) => id === 'same-processes')!
}

it('processes that serve throughout are the same', () => {
  expect(check(pair())).toMatchObject({ ok: true, measured: '2 processes throughout' })
  expect(check(synthesize(SETTINGS))).toMatchObject({ ok: true, measured: '1 process throughout' })
})

it('says which process was gone before the end, and which came later', () => {
  expect(check(there(pair(), 1001, 0, 12_000))).toMatchObject({
    ok: false,
    measured: 'process 1001 was gone 10 s before the end',
  })
  expect(check(there(pair(), 1000, 9000, 30_000))).toMatchObject({ ok: false, measured: 'process 1000 came after 7 s' })
  // A late sample is none that is missing.
  expect(check(there(pair(), 1000, 2500, 21_500)).ok).toBe(true)
})

it('judges no process that answered nothing, and none that was not sampled', () => {
  const gone = there(pair(), 1001, 0, 12_000)
  const { requests } = gone
  const first = { ...gone, requests: { ...requests, process: new Uint16Array(requests.process.length) } }
  expect(check(first)).toMatchObject({ ok: true, measured: '1 process throughout' })
  expect(check(there(pair(), 1001, 0, 0))).toMatchObject({ ok: null, reason: 'its processes were not sampled' })
})
