import { expect, onTestFinished, test } from 'vitest'
import type { RecordPlan } from '../../cli/recording/plan.js'
import { acceptsConnections } from '../../cli/recording/readiness.js'
import type { Recorded } from '../../cli/recording/record-service.js'
import { withSession } from '../../cli/recording/session.js'
import { freePort } from '../../fixtures/scenarios/free-port.js'
import { serviceCommand } from '../../fixtures/scenarios/trial-service.js'
import { BINARY_TENSOR, encodeBinary } from '../../fixtures/service/tensor.js'
import { temporaryDirectory } from '../support/temporary-directory.js'

/** As built: the sampler's thread runs a file of its own. */
const BUILT = new URL('../../dist/cli/recording/record-service.js', import.meta.url).href
const FIRST_BODY = encodeBinary(new Float32Array(100))

test('a recording that its watch finds useless ends at once, with the service stopped', async () => {
  const seen: number[] = []
  const plan = await planWith({ warmupMs: 600_000, durationMs: 600_000 }, ({ requests }, loadFromMs) => {
    const scheduledMs = requests.scheduledMs.subarray(0, requests.count).filter((ms) => ms >= 0)
    expect(scheduledMs[0]! - loadFromMs).toBeGreaterThanOrEqual(-1)
    seen.push(scheduledMs.length)
    return seen.length < 2 ? null : { body: null, useless: 'the machine got slower' }
  })
  await expect(record(plan)).rejects.toMatchObject({ name: 'Useless', message: 'the machine got slower' })
  expect(seen[1]).toBeGreaterThan(seen[0]!)
  expect(await acceptsConnections(plan.request.url)).toBe(false)
})

test('a watch can change the bodies of a recording that goes on, which says so', async () => {
  const body = encodeBinary(new Float32Array(500))
  let looks = 0
  const plan = await planWith({ warmupMs: 1000, durationMs: 4000 }, () =>
    looks++ === 0 ? { body, useless: null } : null,
  )
  const { recording } = await record(plan)
  const { count, bytesIn, scheduledMs } = recording.requests
  const sent = bytesIn.subarray(0, count).filter((_, row) => scheduledMs[row]! >= 0)
  expect(looks).toBeGreaterThan(0)
  expect(new Set(sent)).toEqual(new Set([FIRST_BODY.length, body.length]))
  expect(recording.meta.load?.bodyBytes).toBe(body.length)
})

async function record(plan: RecordPlan): Promise<Recorded> {
  const { recordService }: typeof import('../../cli/recording/record-service.js') = await import(BUILT)
  return withSession(({ show, interruption }) => recordService(plan, show, interruption))
}

async function planWith(
  times: { readonly warmupMs: number; readonly durationMs: number },
  watch: NonNullable<RecordPlan['watch']>,
): Promise<RecordPlan> {
  const directory = await temporaryDirectory(onTestFinished)
  const url = new URL(`http://127.0.0.1:${await freePort()}/predict`)
  return {
    directory,
    service: {
      kind: 'start',
      command: serviceCommand({ device: 'simulated', port: Number(url.port) }),
      env: {},
      readyUrl: new URL('/ready', url),
      readyTimeoutMs: 20_000,
      profile: null,
    },
    request: {
      url,
      method: 'POST',
      headers: { 'content-type': BINARY_TENSOR },
      body: FIRST_BODY,
      insecure: false,
    },
    load: { arrivals: 'constant', rate: 50, expectedPeakRps: null, seed: 1, timeoutMs: 5000, ...times },
    sla: null,
    writeReport: false,
    watch,
  }
}
