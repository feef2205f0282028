// Requests a second per core that the simulator runs through the mini-challenge's pipeline (event loop, batcher, device,
// event loop again), against the same pipeline written the way discrete-event libraries such as SimPy have it: every
// request and every batch a generator process, and one queue of event objects. Both get the same arrivals and demands and
// must give the same p95. Interleaved, in turning order; CPU time of this process, so a busy host does not count.
// usage: npm run build && node test/bench/simulator.mjs [--rounds 9] [--requests 200000]
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { lognormalTimes, poissonArrivals } from '../../dist/core/sim/poisson.js'
import { simulate } from '../../dist/core/sim/simulate.js'
import { quantile } from '../../dist/core/stats/quantile.js'
import { seededRandom } from '../../dist/core/stats/random.js'
import { Environment } from './event-calendar.mjs'
import { median } from './process-cost.mjs'

const text = (initial) => ({ type: 'string', default: initial })
const { values } = parseArgs({ options: { rounds: text('9'), requests: text('200000') } })
const requests = Number(values.requests)
// fixtures/recordings/synthetic-options.ts: MINI_CHALLENGE.
const [rate, beforeMs, afterMs, noise] = [200, 0.45 + 3.75 + 0.1, 0.1, 0.15]
const [maxBatch, maxWaitMs] = [8, 8]
const serviceMs = Float64Array.from({ length: maxBatch + 1 }, (_, size) => 2.4 + 1.6 * size)
const arrivalMs = poissonArrivals(seededRandom(1), requests, rate)
const before = lognormalTimes(seededRandom(2), requests, beforeMs, noise)
const after = lognormalTimes(seededRandom(3), requests, afterMs, noise)
const demandMs = new Float64Array(3 * requests)
for (let job = 0; job < requests; job++) {
  demandMs[3 * job] = before[job]
  demandMs[3 * job + 2] = after[job]
}

const contestants = { simulator: runSimulator, 'event calendar': runCalendar }
const names = Object.keys(contestants)
const perSecond = Object.fromEntries(names.map((name) => [name, []]))
for (let round = -1; round < Number(values.rounds); round++) {
  const p95 = {}
  for (let i = 0; i < names.length; i++) {
    const name = names[(round + 1 + i) % names.length]
    const cpuBefore = process.cpuUsage()
    const endMs = contestants[name]()
    const { user, system } = process.cpuUsage(cpuBefore)
    p95[name] = quantile(
      endMs.map((end, job) => end - arrivalMs[job]),
      0.95,
    )
    // The first round compiles.
    if (round >= 0) perSecond[name].push((1e6 * requests) / (user + system))
  }
  const [own, theirs] = names.map((name) => p95[name])
  if (Math.abs(own / theirs - 1) > 1e-6) throw new Error(`p95 differs: ${own} and ${theirs} ms`)
}
const ratios = perSecond.simulator.map((own, round) => own / perSecond['event calendar'][round])
const millions = (figures) => `${(median(figures) / 1e6).toFixed(2)} M requests/s per core`
console.log(`${cpus()[0].model}, Node ${process.version}, ${requests} requests, ${values.rounds} rounds`)
console.log(
  `simulator       median ${millions(perSecond.simulator)} (lowest ${(Math.min(...perSecond.simulator) / 1e6).toFixed(2)} M)`,
)
console.log(`event calendar  median ${millions(perSecond['event calendar'])}`)
console.log(
  `ratio           median ${median(ratios).toFixed(1)} (${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)})`,
)

function runSimulator() {
  const device = { kind: 'batcher', maxBatch, maxWaitMs, slots: 1, serviceMs }
  return simulate({ stations: [{ kind: 'pool', servers: 1 }, device], route: [0, 1, 0] }, { arrivalMs, demandMs }).endMs
}

function runCalendar() {
  const env = new Environment()
  const loop = env.resource(1)
  const endMs = new Float64Array(requests)
  let waiting = []
  let deviceFree = true

  function* source() {
    for (let job = 0; job < requests; job++) {
      yield env.timeout(arrivalMs[job] - env.nowMs)
      env.process(request(job))
    }
  }
  function* request(job) {
    yield loop.request()
    yield env.timeout(before[job])
    loop.release()
    const done = env.event()
    waiting.push({ done, dueMs: env.nowMs + maxWaitMs })
    release()
    if (waiting.length === 1) env.process(timer(waiting[0]))
    yield done
    yield loop.request()
    yield env.timeout(after[job])
    loop.release()
    endMs[job] = env.nowMs
  }
  function* timer(first) {
    yield env.timeout(first.dueMs - env.nowMs)
    release()
  }
  function release() {
    if (!deviceFree || waiting.length === 0) return
    if (waiting.length < maxBatch && waiting[0].dueMs > env.nowMs) return
    const batch = waiting.slice(0, maxBatch)
    waiting = waiting.slice(maxBatch)
    deviceFree = false
    env.process(serve(batch))
    if (waiting.length > 0) env.process(timer(waiting[0]))
  }
  function* serve(batch) {
    yield env.timeout(serviceMs[batch.length])
    deviceFree = true
    release()
    for (const { done } of batch) done.succeed()
  }

  env.process(source())
  env.run()
  return endMs
}
