import { describe, expect, it } from 'vitest'
import { agentEnvironment, profileStart } from './agent-environment.js'

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

  it('lets CPU profiles begin some time into the recording', () => {
    expect(agentEnvironment({}, '/tmp/out', { afterMs: 3500 }).INFER_DIAG_PROFILE).toMatch(/\+3500$/)
    expect(profileStart(3000, 30_000)).toEqual({ afterMs: 4000 })
    expect(profileStart(500, 2000)).toEqual({ afterMs: 500 })
  })
})
