import { describe, expect, it } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { Recording } from '../model/recording.js'
import { outsideProfile, profiledPart, profiledTime, touchesProfile } from './profiled-time.js'

const recording = synthesize({ rate: 20, durationMs: 1000 })

function profiled(...windows: (readonly [thread: number, startMs: number, endMs: number])[]): Recording {
  const one = recording.profiles[0]!
  return { ...recording, profiles: windows.map(([thread, startMs, endMs]) => ({ ...one, thread, startMs, endMs })) }
}

/** With events of the profiler on thread 0. */
function withEvents(base: Recording, ...events: (readonly [detail: 'start' | 'stop', ms: number])[]): Recording {
  const ms = Float64Array.from(events, ([, at]) => at)
  return {
    ...base,
    events: {
      count: events.length,
      startMs: ms,
      endMs: ms,
      kind: new Uint16Array(events.length),
      thread: new Uint16Array(events.length),
      detail: Uint16Array.from(events, ([detail]) => (detail === 'start' ? 0 : 1)),
      kinds: ['profiler'],
      details: ['start', 'stop'],
    },
  }
}

const onMain = (thread: number) => thread === 0

describe('profiledTime', () => {
  it('merges the windows of the threads that are asked for, in order', () => {
    const windows = profiledTime(profiled([0, 500, 600], [1, 0, 900], [0, 100, 200], [0, 150, 300]), onMain)
    expect(windows).toEqual([
      { startMs: 100, endMs: 300 },
      { startMs: 500, endMs: 600 },
    ])
  })

  it('knows of a window that the end of the service cut short', () => {
    const cut = withEvents(profiled([0, 100, 200]), ['start', 99], ['stop', 200], ['start', 700])
    expect(profiledTime(cut, onMain)).toEqual([
      { startMs: 100, endMs: 200 },
      { startMs: 700, endMs: Number.POSITIVE_INFINITY },
    ])
  })
})

describe('profiledPart', () => {
  const windows = profiledTime(profiled([0, 100, 200], [0, 300, 400]), onMain)

  it('adds up what grows within the windows, cut to the time that is asked for', () => {
    expect(profiledPart(windows, 150, 350, (ms) => 2 * ms)).toBe(2 * (50 + 50))
    expect(profiledPart(windows, 210, 290, (ms) => ms)).toBe(0)
  })

  it('touches what overlaps a window, and no more', () => {
    expect(touchesProfile(windows, 50, 110)).toBe(true)
    expect(touchesProfile(windows, 201, 299)).toBe(false)
  })
})

describe('outsideProfile', () => {
  const tMs = Array.from({ length: 20 }, (_, i) => 100 * (i + 1))

  it('leaves out a sample that speaks for any of the profiled time', () => {
    const counts = outsideProfile(profiled([0, 350, 550]), 'main', tMs)
    expect(tMs.filter((_, i) => !counts(i))).toEqual([400, 500, 600])
  })

  it('leaves nothing out where less than half a second would remain, or of another loop', () => {
    expect(tMs.every((_, i) => outsideProfile(profiled([0, 350, 1900]), 'main', tMs)(i))).toBe(true)
    expect(tMs.every((_, i) => outsideProfile(profiled([0, 350, 550]), 'worker 1', tMs)(i))).toBe(true)
  })
})
