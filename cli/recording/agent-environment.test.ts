import { describe, expect, it } from 'vitest'
import { agentEnvironment } from './agent-environment.js'

describe('agentEnvironment', () => {
  it('brings the agent in by NODE_OPTIONS and says where to write', () => {
    const env = agentEnvironment({ PATH: '/bin' }, '/tmp/out', true)
    expect(env).toMatchObject({ PATH: '/bin', INFER_DIAG_DIR: '/tmp/out', INFER_DIAG_SAMPLERS: 'off' })
    expect(env.NODE_OPTIONS).toMatch(/^--import file:\/\/\S+\/agent\/register\.js$/)
  })

  it('names the process whose end ends the recording', () => {
    expect(agentEnvironment({}, '/tmp/out', true).INFER_DIAG_RECORDER_PID).toBe(String(process.pid))
  })

  it("keeps the service's own NODE_OPTIONS", () => {
    const env = agentEnvironment({ NODE_OPTIONS: '--max-old-space-size=512' }, '/tmp/out', true)
    expect(env.NODE_OPTIONS).toMatch(/^--max-old-space-size=512 --import file:/)
  })

  it('turns CPU profiles off when asked to', () => {
    expect(agentEnvironment({}, '/tmp/out', false).INFER_DIAG_PROFILE).toBe('off')
    expect(agentEnvironment({}, '/tmp/out', true).INFER_DIAG_PROFILE).toMatch(/^\d+\/\d+@\d+$/)
  })
})
