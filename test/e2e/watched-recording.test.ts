import { expect, onTestFinished, test } from 'vitest'
import type { RecordPlan } from '../../cli/recording/plan.js'
import { acceptsConnections } from '../../cli/recording/readiness.js'
import { withSession } from '../../cli/recording/session.js'
import { freePort } from '../../fixtures/scenarios/free-port.js'
import { serviceCommand } from '../../fixtures/scenarios/trial-service.js'
import { temporaryDirectory } from '../support/temporary-directory.js'

/** As built: the sampler's thread runs a file of its own. */
const BUILT = new URL('../../dist/cli/recording/record-service.js', import.meta.url).href

test('a recording that its watch finds useless ends at once, with the service stopped', async () => {
  const { recordService }: typeof import('../../cli/recording/record-service.js') = await import(BUILT)
  const directory = await temporaryDirectory(onTestFinished)
  const url = new URL(`http://127.0.0.1:${await freePort()}/predict`)
  const seen: number[] = []
  const plan: RecordPlan = {
    directory,
    service: {
      kind: 'start',
      command: serviceCommand({ device: 'simulated', port: Number(url.port) }),
      env: {},
      readyUrl: new URL('/ready', url),
      readyTimeoutMs: 20_000,
      profile: null,
    },
    request: { url, method: 'GET', headers: {}, body: null, insecure: false },
    load: {
      arrivals: 'constant',
      rate: 50,
      expectedPeakRps: null,
      warmupMs: 600_000,
      durationMs: 600_000,
      seed: 1,
      timeoutMs: 5000,
    },
    sla: null,
    writeReport: false,
    watch({ requests }, loadFromMs) {
      const scheduledMs = requests.scheduledMs.subarray(0, requests.count).filter((ms) => ms >= 0)
      expect(scheduledMs[0]! - loadFromMs).toBeGreaterThanOrEqual(-1)
      seen.push(scheduledMs.length)
      return seen.length < 2 ? null : 'the machine got slower'
    },
  }
  const recording = withSession(({ show, interruption }) => recordService(plan, show, interruption))
  await expect(recording).rejects.toMatchObject({ name: 'Useless', message: 'the machine got slower' })
  expect(seen[1]).toBeGreaterThan(seen[0]!)
  expect(await acceptsConnections(url)).toBe(false)
})
