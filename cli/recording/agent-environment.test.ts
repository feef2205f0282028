import { describe, expect, it } from 'vitest'
import { agentEnvironment, laterProfileStart, profileStart } from './agent-environment.js'

describe('agentEnvironment', () => {
  it('brings the agent in by NODE_OPTIONS and says where to write', () => {
    const env = agentEnvironment({ PATH: '/bin' }, '/tmp/out', 'with-process')
    expect(env).toMatchObject({ PATH: '/bin', INFER_DIAG_DIR: '/tmp/out', INFER_DIAG_SAMPLERS: 'off' })
    expect(env.NODE_OPTIONS).toMatch(/^--import file:\/\/\S+\/agent\/register\.js$/)
  })

  it('names the process whose end ends the recording', () => {
    expect(agentEnvironment({}, '/tmp/out', 'with-process').INFER_DIAG_RECORDER_PID).toBe(String(process.pid))
  })

  it("keeps the service's own NODE_OPTIONS", () => {
    const env = agentEnvironment({ NODE_OPTIONS: '--max-old-space-size=512' }, '/tmp/out', 'with-process')
    expect(env.NODE_OPTIONS).toMatch(/^--max-old-space-size=512 --import file:/)
  })

  it('turns CPU profiles off when asked to', () => {
    expect(agentEnvironment({}, '/tmp/out', null).INFER_DIAG_PROFILE).toBe('off')
    expect(agentEnvironment({}, '/tmp/out', 'with-process').INFER_DIAG_PROFILE).toMatch(/^\d+\/\d+@\d+$/)
  })

  it('opens the first window with the recording, longer than the others', () => {
    const { INFER_DIAG_PROFILE } = agentEnvironment({}, '/tmp/out', { leadMs: 3500, windowMs: 1500 })
    expect(INFER_DIAG_PROFILE).toMatch(/^1500\/\d+@\d+\+3500$/)
    expect(profileStart(3000, 30_000)).toEqual({ leadMs: 4000, windowMs: 2000 })
  })

  it('or some time after it began', () => {
    const later = laterProfileStart(3000, 30_000)
    expect(later).toEqual({ afterMs: 4000, windowMs: 2000 })
    expect(agentEnvironment({}, '/tmp/out', later).INFER_DIAG_PROFILE).toMatch(/^2000\/\d+@\d+~4000$/)
  })

  it.each([1, 40, 2000, 3001])('ends it well within a measurement of %i ms', (durationMs) => {
    const { leadMs, windowMs } = profileStart(500, durationMs)
    expect(windowMs).toBe(Math.max(1, Math.floor(durationMs / 2)))
    expect(leadMs - 500).toBeCloseTo((durationMs - windowMs) / 2)
  })
})
