import { describe, expect, it } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import type { Recording } from '../model/recording.js'
import type { OwnTraffic } from '../model/recording-meta.js'
import { factsOf } from './fact.js'
import { traffic } from './traffic.js'

/** Every third request asks for /health. */
function mixed(): Recording {
  const recording = synthesize({ observed: 'server', profile: false })
  const routes = ['POST /predict', 'GET /health']
  const route = recording.requests.route.map((_, row) => (row % 3 === 2 ? 1 : 0))
  return { ...recording, routes, requests: { ...recording.requests, route } }
}

function trafficOf(recording: Recording, own: Partial<OwnTraffic>) {
  const ownTraffic = { path: '/predict', method: null, fromMs: 0, toMs: Number.POSITIVE_INFINITY, ...own }
  return factsOf({ ...recording, meta: { ...recording.meta, ownTraffic } }).find(traffic)
}

describe('traffic that others sent', () => {
  const recording = mixed()
  const { count, serverStartMs } = recording.requests

  it('counts what was asked of the path, with the method where one is named', () => {
    const whole = factsOf(recording).find(traffic)
    expect(whole).toMatchObject({ seenFrom: 'server', requests: count })
    const predictions = trafficOf(recording, {})!
    expect(predictions.requests).toBe(count - Math.floor(count / 3))
    expect(Array.from(predictions.rows).every((row) => row % 3 !== 2)).toBe(true)
    expect(trafficOf(recording, { method: 'POST' })?.requests).toBe(predictions.requests)
    expect(trafficOf(recording, { method: 'GET' })).toBeNull()
    expect(trafficOf(recording, { path: '/health', method: 'GET' })?.requests).toBe(Math.floor(count / 3))
  })

  it('counts every path where the URL has none', () => {
    expect(trafficOf(recording, { path: '/' })?.requests).toBe(count)
  })

  it('leaves out what began before it counts, or after', () => {
    const starts = Array.from(serverStartMs.subarray(0, count)).sort((a, b) => a - b)
    const [fromMs, toMs] = [starts[10]!, starts[count - 11]!]
    const cut = trafficOf(recording, { path: '/', fromMs, toMs })!
    expect(cut.requests).toBe(count - 20)
    expect(cut.fromMs).toBe(fromMs)
  })
})
