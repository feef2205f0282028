// Does `load` find the knee of services whose knee is known? docs/load.md. Two services, five searches each, new arrivals every time:
// a fixed service time one at a time (M/D/1, closed form), and the reference service with its simulated accelerator, binary
// bodies and a batcher (the p95 of the same batcher in core/sim; nothing of HTTP or of the threads is in it).
// Searches differ by their seed; a second take goes on where the first ended with a later first search.
// usage: npm run build && node test/bench/knee.mjs [md1|reference] [searches] [number of the first search]
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { cpus, loadavg } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { poissonArrivals } from '../../dist/core/sim/poisson.js'
import { simulate } from '../../dist/core/sim/simulate.js'
import { quantile } from '../../dist/core/stats/quantile.js'
import { seededRandom } from '../../dist/core/stats/random.js'
import { encodeBinary } from '../../dist/fixtures/service/tensor.js'
import { findKnee } from '../../dist/load/index.js'

const FIXED = { serviceMs: 2, limitMs: 24 }
const BATCHED = { overheadMs: 4, perItemMs: 1, maxBatch: 16, maxWaitMs: 5, limitMs: 60 }

if (!isMainThread) serveInTurn()
else if (process.argv[2] === 'serve') await serveFixed()
else await bench(process.argv[2], counted(process.argv[3] ?? '5'), counted(process.argv[4] ?? '1'))

function counted(text) {
  if (/^\d+$/.test(text)) return Number(text)
  throw new Error(`not a number: ${text}; see the usage above`)
}

async function bench(only, searches, first) {
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, node ${process.version}, load average ${loadavg()[0]?.toFixed(2)}`,
  )
  if (only !== 'reference')
    await search('fixed service time', FIXED.limitMs, kneeOfFixed(), startFixed, searches, first)
  if (only !== 'md1')
    await search('reference service', BATCHED.limitMs, kneeOfBatched(), startReference, searches, first)
}

async function search(name, limitMs, expectedRps, start, searches, first) {
  console.log(`${name}: p95 within ${limitMs} ms, expected knee ${expectedRps.toFixed(1)} requests/s`)
  let within = 0
  for (let number = first; number < first + searches; number++) {
    const service = await start()
    const fromMs = performance.now()
    const { knee, maxPassingRps, firstFailingRps, bindingConstraint, levels } = await findKnee({
      ...service.request,
      arrivals: 'poisson',
      targets: { latency: [{ name: 'p95', until: 'last-byte', limitMs, allowed: 0.05 }], errorRate: null },
      startRps: null,
      maxRps: 20_000,
      precision: 0.04,
      seed: 1000 * number,
      dir: null,
      ...(process.env.LEVELS ? { onMeasured: printLevel } : {}),
    })
    service.stop()
    const seconds = (performance.now() - fromMs) / 1000
    const found = knee.kind === 'point' ? knee.rps : Number.NaN
    const off = found / expectedRps - 1
    if (Math.abs(off) <= 0.05) within++
    const interval = (knee.intervalRps ?? []).map((rps) => rps.toFixed(0)).join(' to ')
    console.log(
      `  ${number}: found ${found.toFixed(1)} (${knee.kind}, ${interval}), ${(off * 100).toFixed(1)} % off; passing ${maxPassingRps}, ` +
        `failing ${firstFailingRps} (${bindingConstraint}); ${levels.length} levels in ${seconds.toFixed(0)} s`,
    )
  }
  console.log(`  ${within} of ${searches} within 5 %`)
}

function printLevel(level, { step }) {
  const {
    rate,
    offeredRps,
    p95Ms,
    targets: [{ lateFraction, lateStandardError }],
    durationMs,
    clientLagP99Ms,
    stability,
    constraint,
  } = level
  console.log(
    `    ${step} ${rate} (${offeredRps.toFixed(0)}) p95 ${p95Ms?.toFixed(1)} late ${(100 * lateFraction).toFixed(2)} +- ` +
      `${(100 * lateStandardError).toFixed(2)} %, ${(durationMs / 1000).toFixed(1)} s, lag ${clientLagP99Ms.toFixed(1)}, ${constraint} ${stability.reason ?? ''} ${level.void?.reason ?? ''}`,
  )
}

/** The rate at which the p95 time in an M/D/1 system is the limit: Erlang's formula for the waiting time. */
function kneeOfFixed() {
  const { serviceMs, limitMs } = FIXED
  const t = limitMs / serviceMs - 1
  const shareInTime = (rho) => {
    let sum = 0
    let factorial = 1
    for (let k = 0; k <= Math.floor(t); k++) {
      if (k > 0) factorial *= k
      sum += ((rho * (k - t)) ** k / factorial) * Math.exp(-rho * (k - t))
    }
    return (1 - rho) * sum
  }
  return (crossing(0.1, 0.999, (rho) => shareInTime(rho) > 0.95) * 1000) / serviceMs
}

/** The same for the batcher, by simulation of a million requests at each rate. */
function kneeOfBatched() {
  const { overheadMs, perItemMs, maxBatch, maxWaitMs, limitMs } = BATCHED
  const serviceMs = Float64Array.from({ length: maxBatch + 1 }, (_, size) => overheadMs + perItemMs * size)
  const batcher = { kind: 'batcher', maxBatch, maxWaitMs, slots: 1, serviceMs }
  const capacity = (maxBatch * 1000) / serviceMs[maxBatch]
  const count = 1_000_000
  const p95 = (rate) => {
    const arrivalMs = poissonArrivals(seededRandom(1), count, rate)
    const { endMs } = simulate({ stations: [batcher], route: [0] }, { arrivalMs, demandMs: new Float64Array(count) })
    return quantile(endMs.map((ms, i) => ms - arrivalMs[i]).slice(10_000), 0.95)
  }
  return crossing(capacity / 2, capacity * 0.999, (rate) => p95(rate) <= limitMs)
}

function crossing(low, high, holds) {
  let [passing, failing] = [low, high]
  for (let i = 0; i < 20; i++) {
    const middle = (passing + failing) / 2
    if (holds(middle)) passing = middle
    else failing = middle
  }
  return (passing + failing) / 2
}

async function startFixed() {
  const child = fork(fileURLToPath(import.meta.url), ['serve'])
  const [port] = await once(child, 'message')
  return {
    request: { url: `http://127.0.0.1:${port}/`, method: 'GET', headers: [], body: null },
    stop: () => child.disconnect(),
  }
}

async function startReference() {
  const { overheadMs, perItemMs, maxBatch, maxWaitMs } = BATCHED
  const flags = {
    port: 0,
    'max-batch': maxBatch,
    'max-wait-ms': maxWaitMs,
    'overhead-ms': overheadMs,
    'per-item-ms': perItemMs,
  }
  const server = fileURLToPath(new URL('../../dist/fixtures/service/server.js', import.meta.url))
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn(process.execPath, [server, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let url
  for await (const line of createInterface(child.stdout)) {
    url = /^listening on (\S+)$/.exec(line)?.[1]
    if (url !== undefined) break
  }
  child.stdout.resume()
  while ((await fetch(`${url}/ready`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
  const body = encodeBinary(Float32Array.from({ length: 256 }, (_, i) => i / 256))
  const headers = [['content-type', 'application/octet-stream']]
  return { request: { url: `${url}/predict`, method: 'POST', headers, body }, stop: () => child.kill('SIGTERM') }
}

/** An HTTP server in front of one server in the queueing sense: a thread that takes `serviceMs` for each request, in turn. */
async function serveFixed() {
  const worker = new Worker(new URL(import.meta.url))
  const waiting = []
  worker.on('message', () => waiting.shift()?.end('ok'))
  const server = createServer((_, response) => {
    waiting.push(response)
    worker.postMessage(performance.timeOrigin + performance.now())
  })
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
  process.on('disconnect', () => process.exit())
}

/** Each ends `serviceMs` after it came or the one before it ended, so that a late wake-up makes no difference to the next. */
function serveInTurn() {
  const never = new Int32Array(new SharedArrayBuffer(4))
  const nowMs = () => performance.timeOrigin + performance.now()
  let freeMs = 0
  parentPort.on('message', (cameMs) => {
    freeMs = Math.max(freeMs, cameMs) + FIXED.serviceMs
    const leftMs = freeMs - nowMs() - 0.08
    if (leftMs > 0) Atomics.wait(never, 0, 0, leftMs)
    parentPort.postMessage(null)
  })
}
