import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { clientRecords } from '../test/support/client-journal.js'
import { selfSigned } from '../test/support/self-signed.js'
import { monotonicMs } from './clock.js'
import { type LoadOptions, type LoadProgress, runLoad } from './index.js'
import { type SettledRequest, settledRequests } from './sender/settled.js'

const certificate = selfSigned()
let dir: string
let server: net.Server | undefined
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'infer-diag-load-'))
})
afterEach(async () => {
  if (server instanceof http.Server) server.closeAllConnections()
  server?.close()
  server = undefined
  await rm(dir, { recursive: true, force: true })
})

test('every scheduled request is sent, answered and written down, apart by phase', async () => {
  const url = await serve(answer)
  const outcome = await runLoad(options({ url, arrivals: 'constant', rate: 100, warmupMs: 200, durationMs: 400 }))
  expect(outcome.warmUp).toMatchObject({ scheduled: 20, sent: 20, outcomes: { ok: 20 } })
  expect(outcome.measured).toMatchObject({ scheduled: 40, sent: 40, outcomes: { ok: 40 } })
  expect(outcome).toMatchObject({ statuses: { 200: 40 }, errors: {}, stoppedEarly: false, senders: 1 })
  expect(outcome.measuredToMs - outcome.measuredFromMs).toBeCloseTo(400)

  const records = await clientRecords(dir)
  expect(records).toHaveLength(60)
  expect(records.filter((record) => record.phase === 'warm-up')).toHaveLength(20)
  for (const record of records) {
    expect(record).toMatchObject({ status: 200, outcome: 'ok', bytesSent: 4, bytesReceived: 2 })
    expect(record.sentMs).toBeGreaterThanOrEqual(record.scheduledMs)
    expect(record.firstByteMs).toBeGreaterThan(0)
    expect(record.endMs).toBeGreaterThanOrEqual(record.sentMs)
  }
  const scheduled = records.map((record) => record.scheduledMs).sort((a, b) => a - b)
  scheduled.forEach((atMs, i) => {
    expect(atMs - (scheduled[0] ?? 0)).toBeCloseTo(i * 10, 3)
  })
})

test('a body can be changed while the load runs, and each request says how long its own was', async () => {
  const received: string[] = []
  const url = await serve((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk
    })
    request.on('end', () => {
      received.push(text)
      response.end('ok')
    })
  })
  let changes = 0
  await runLoad(
    options({ url, arrivals: 'constant', rate: 50, warmupMs: 0, durationMs: 1000 }),
    (_progress, { changeBody }) => {
      if (changes++ === 0) changeBody(Buffer.from('longer'))
    },
  )
  expect(new Set(received)).toEqual(new Set(['ping', 'longer']))
  expect(received.indexOf('longer')).toBeGreaterThan(received.lastIndexOf('ping'))
  const records = await clientRecords(dir)
  const sent = records.map(({ bytesSent }) => bytesSent).sort((a, b) => a - b)
  expect(sent).toEqual(received.map((text) => text.length).sort((a, b) => a - b))
})

test('the first byte is that of the body, not of a head that was sent ahead', async () => {
  const url = await serve((_request, response) => {
    response.flushHeaders()
    setTimeout(() => response.write('first'), 60)
    setTimeout(() => response.end('last'), 120)
  })
  await runLoad(options({ url, arrivals: 'constant', rate: 20, warmupMs: 0, durationMs: 300 }))
  const records = await clientRecords(dir)
  expect(records.length).toBeGreaterThan(0)
  for (const { sentMs, firstByteMs, endMs } of records) {
    expect(firstByteMs).toBeGreaterThanOrEqual(50)
    expect(firstByteMs).toBeLessThan(endMs - sentMs)
  }
})

test('the first byte of an answer that goes on is told before its end', async () => {
  const url = await serve((_request, response) => {
    response.write('first')
    setTimeout(() => response.end('last'), 800)
  })
  const told: SettledRequest[] = []
  const run = options({ url, arrivals: 'constant', rate: 20, warmupMs: 0, durationMs: 200 })
  await runLoad(run, undefined, (settled) => told.push(...settledRequests(settled)))
  for (let number = 0; number < 4; number++) {
    const [begun, ended, ...more] = told.filter((request) => request.number === number)
    expect([begun!.outcome, ended!.outcome, more]).toEqual([null, 'ok', []])
    expect(ended!.firstByteMs).toBe(begun!.firstByteMs)
    expect(ended!.endMs - begun!.firstByteMs).toBeGreaterThan(700)
  }
})

test('each request carries its own valid traceparent, the one that its record names', async () => {
  const seen: string[] = []
  const url = await serve((request, response) => {
    seen.push(String(request.headers.traceparent))
    answer(request, response)
  })
  await runLoad(options({ url, rate: 200, durationMs: 300, senders: 2 }))
  for (const traceparent of seen) expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  expect(new Set(seen).size).toBe(seen.length)
  const recorded = (await clientRecords(dir)).map((record) => record.parentId)
  expect(recorded.sort()).toEqual(seen.map((traceparent) => traceparent.slice(36, 52)).sort())
})

test('a service that stalls does not slow the schedule: every request due meanwhile counts its wait', async () => {
  const stall = { fromMs: Number.NaN, toMs: Number.NaN }
  const url = await serve((request, response) => {
    const nowMs = monotonicMs()
    if (Number.isNaN(stall.fromMs)) Object.assign(stall, { fromMs: nowMs, toMs: nowMs + 500 })
    setTimeout(() => answer(request, response), Math.max(0, stall.toMs - nowMs))
  })
  await runLoad(options({ url, arrivals: 'constant', rate: 100, durationMs: 800 }))
  const due = (await clientRecords(dir)).filter(
    ({ scheduledMs }) => scheduledMs > stall.fromMs && scheduledMs < stall.toMs,
  )
  // A closed loop would have sent one request and hidden the others' wait.
  expect(due.length).toBeGreaterThanOrEqual(45)
  for (const record of due) expect(record.endMs).toBeGreaterThanOrEqual(stall.toMs - 1.5)
})

test('requests that are due together go out together, whether or not the earlier ones are answered', async () => {
  const waiting: ServerResponse[] = []
  const url = await serve((request, response) => {
    request.resume()
    waiting.push(response)
    if (waiting.length === 300) for (const held of waiting) held.end('ok')
  })
  const trace = new Float64Array(300)
  const outcome = await runLoad(options({ url, arrivals: { trace }, durationMs: 1000, timeoutMs: 20_000 }))
  expect(outcome.measured.outcomes.ok).toBe(300)
  expect(outcome.connections).toBe(300)
  const records = await clientRecords(dir)
  expect(new Set(records.map((record) => record.scheduledMs)).size).toBe(1)
})

test('a closed port, a reset, a timeout, an error status and a redirect are told apart', async () => {
  const closed = await serve(answer)
  await new Promise((resolve) => server?.close(resolve))
  expect(await fate({ url: closed })).toEqual({ outcome: 'refused', status: 0, error: 'ECONNREFUSED' })

  const resetting = await serve((request) => request.socket.resetAndDestroy())
  expect(await fate({ url: resetting })).toMatchObject({ outcome: 'reset', status: 0 })

  const silent = await serve(() => {})
  expect(await fate({ url: silent, timeoutMs: 150 })).toEqual({ outcome: 'timeout', status: 0, error: 'timeout' })

  const cutOff = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('part')
    setTimeout(() => response.destroy(), 20)
  })
  expect(await fate({ url: cutOff })).toMatchObject({ outcome: 'reset', status: 200 })

  const failing = await serve((_, response) => response.writeHead(500).end())
  expect(await fate({ url: failing })).toEqual({ outcome: 'http-error', status: 500, error: '' })

  const redirecting = await serve((_, response) => response.writeHead(302, { location: '/elsewhere' }).end())
  expect(await fate({ url: redirecting })).toEqual({ outcome: 'http-error', status: 302, error: '' })
})

test('a server that does not speak HTTP is a failed run, with the parser error as the reason', async () => {
  const url = await listen(net.createServer((socket) => socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.6\r\n')))
  const outcome = await runLoad(options({ url, rate: 50, durationMs: 200 }))
  expect(outcome.void).toMatchObject({ cause: 'all-failed', reason: expect.stringMatching(/HPE_|HTTPParserError/) })
})

test('when every response is an error the run says so', async () => {
  const url = await serve((_, response) => response.writeHead(503).end())
  const outcome = await runLoad(options({ url, arrivals: 'constant', rate: 100, durationMs: 200 }))
  expect(outcome.void).toEqual({
    cause: 'all-failed',
    reason: 'each of 20 requests failed: 20 x status 503',
    mostly: 'http-error',
  })
})

test('aborting ends the run early; what was answered stays, what was under way is recorded as aborted', async () => {
  let requests = 0
  const controller = new AbortController()
  const url = await serve((request, response) => {
    requests++
    if (requests <= 10) answer(request, response)
    // Not at once: a sender that was held up sends several requests together, and has yet to see their answers.
    if (requests === 12) setTimeout(() => controller.abort(), 1000)
  })
  const outcome = await runLoad(options({ url, rate: 100, durationMs: 60_000, signal: controller.signal }))
  expect(outcome).toMatchObject({ stoppedEarly: true, measured: { outcomes: { ok: 10 } } })
  expect(outcome.measured.outcomes.aborted).toBeGreaterThanOrEqual(2)
  expect(outcome.measuredToMs - outcome.measuredFromMs).toBeLessThan(30_000)
  expect(await clientRecords(dir)).toHaveLength(outcome.measured.sent)
})

test('a rate that no sender can reach makes the run void instead of slowing it down', async () => {
  const url = await serve(answer)
  const outcome = await runLoad(
    options({ url, arrivals: 'constant', rate: 1_000_000, durationMs: 100, timeoutMs: 2000 }),
  )
  expect(outcome.void?.cause).toBe('client-bound')
  expect(outcome.measured.scheduled).toBe(100_000)
}, 60_000)

test('progress is told while it runs, through the wait for the last responses', async () => {
  const url = await serve((request, response) => setTimeout(() => answer(request, response), 600))
  const seen: LoadProgress[] = []
  await runLoad(options({ url, rate: 50, durationMs: 700 }), (progress) => seen.push(progress))
  expect(seen.at(-1)?.phase).toBe('draining')
  expect(seen.some((progress) => progress.phase === 'measured' && progress.inFlight > 0)).toBe(true)
  expect(seen.every((progress) => progress.totalMs === 700)).toBe(true)
})

test.skipIf(certificate === null)(
  'a certificate that nobody vouches for is refused unless the run says otherwise',
  async () => {
    const secure = https.createServer({ ...certificate }, answer)
    const url = (await listen(secure)).replace('http:', 'https:')
    const refused = await runLoad(options({ url, rate: 50 }))
    expect(refused.void).toMatchObject({ reason: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT') })
    const accepted = await runLoad(options({ url, rate: 50, insecure: true }))
    expect(accepted.measured.outcomes.ok).toBe(accepted.measured.scheduled)
  },
)

test('a directory that cannot be written is one error with the reason', async () => {
  await writeFile(join(dir, 'file'), '')
  const run = runLoad(options({ url: 'http://127.0.0.1:9/', dir: join(dir, 'file') }))
  await expect(run).rejects.toMatchObject({ name: 'DiagError', code: 'usage' })
})

test('a load generator killed by SIGKILL leaves what it had recorded up to the last half second', async () => {
  const url = await serve(answer)
  const job = { ...options({ url, arrivals: 'constant', rate: 100, durationMs: 60_000 }) }
  const script = `import { runLoad } from ${JSON.stringify(new URL('../dist/load/index.js', import.meta.url).href)}
    await runLoad({ ...${JSON.stringify(job)}, body: Buffer.from('ping') }, (p) => { if (p.completed > 150) console.log(p.completed) })`
  const child = execFile(process.execPath, ['--input-type=module', '-e', script])
  const completed = await new Promise<number>((resolve) => child.stdout?.once('data', (text) => resolve(Number(text))))
  await sleep(600)
  child.kill('SIGKILL')
  const records = await clientRecords(dir)
  expect(records.length).toBeGreaterThanOrEqual(completed)
  expect(records.every((record) => record.outcome === 'ok')).toBe(true)
})

test('an instrumentation that NODE_OPTIONS preloads for the service leaves requests as they are', async () => {
  const parents: (string | string[] | undefined)[] = []
  const url = await serve((request, response) => {
    parents.push(request.headers.traceparent)
    answer(request, response)
  })
  const preload = join(dir, 'tracer.cjs')
  await writeFile(
    preload,
    `require('node:diagnostics_channel').subscribe('undici:request:create', ({ request }) =>
       request.addHeader('traceparent', '00-${'a'.repeat(32)}-${'b'.repeat(16)}-01'))`,
  )
  const loadUrl = new URL('../dist/load/index.js', import.meta.url).href
  const script = `import { runLoad } from '${loadUrl}'
    await runLoad({ ...${JSON.stringify({ ...options({ url }), body: null })}, body: Buffer.from('ping') })`
  const env = { ...process.env, NODE_OPTIONS: `--require ${preload}` }
  const child = execFile(process.execPath, ['--input-type=module', '-e', script], { env })
  await new Promise((resolve) => child.once('close', resolve))
  expect(parents.length).toBeGreaterThan(0)
  for (const parent of parents) expect(parent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  expect(parents.join()).not.toContain('b'.repeat(16))
})

function options(change: Partial<LoadOptions> & { url: string }): LoadOptions {
  const request = { method: 'POST', headers: [], body: Buffer.from('ping') }
  return { ...request, rate: 100, arrivals: 'poisson', seed: 1, warmupMs: 0, durationMs: 300, dir, ...change }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume().on('end', () => response.end('ok'))
}

function serve(listener: RequestListener): Promise<string> {
  if (server instanceof http.Server) server.closeAllConnections()
  server?.close()
  return listen(http.createServer(listener))
}

async function listen(next: net.Server): Promise<string> {
  server = next
  await new Promise<void>((resolve) => next.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(next.address() as AddressInfo).port}/`
}

/** How a single request ends. */
async function fate(change: { url: string; timeoutMs?: number }) {
  const own = await mkdtemp(join(dir, 'fate-'))
  await runLoad(options({ ...change, arrivals: { trace: new Float64Array(1) }, dir: own }))
  const [record] = await clientRecords(own)
  return { outcome: record?.outcome, status: record?.status, error: record?.error }
}
