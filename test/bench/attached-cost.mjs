// CPU a request of the reference service at 70 % of its capacity, the agent in and out of one and the same process by turns: two
// processes of one configuration differ by more than what is asked for, and one process does not differ from itself.
// The agent comes as `record --attach` brings it, so it has the main thread and its own, but not the threads of the batcher and the device, which
// ran before. Slices are led in, as in agent-overhead.mjs, which says why; a pair is two slices, the first of the next one being
// of the same kind as the last of this one.
// A machine that others use as well is up to twice as slow within seconds, and CPU time with it. So what a request takes is divided by what a fixed piece of
// work took on the main thread meanwhile (core-speed.mjs); the ratio of the plain CPU times stands beside it.
// usage: npm run build && node test/bench/attached-cost.mjs [--pairs 20] [--seconds 4] [--floats 55000]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { attachAgent } from '../../dist/cli/recording/attached-agent.js'
import { serviceCommand } from '../../dist/fixtures/scenarios/trial-service.js'
import { encodeJson } from '../../dist/fixtures/service/tensor.js'
import { runLoad } from '../../dist/load/index.js'
import { saturate } from './closed-loop.mjs'
import { machine, median, percentOver, startService } from './process-cost.mjs'

const LOAD_FRACTION = 0.7
const LEAD_IN_MS = 1500
const WARM_UP_MS = 10_000
const SATURATED_S = 5
/** A preload writes what it timed twice a second. */
const WRITTEN_WITHIN_MS = 700
const YOUNG_GENERATION = ['--min-semi-space-size=16', '--max-semi-space-size=16']
const SERVICE = { device: 'simulated', maxBatch: 32, maxWaitMs: 5, overheadMs: 1, perItemMs: 0.05, port: 0 }

const text = (initial) => ({ type: 'string', default: initial })
const { values } = parseArgs({ options: { pairs: text('20'), seconds: text('4'), floats: text('55000') } })
const scratch = mkdtempSync(join(tmpdir(), 'infer-diag-bench-'))
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }))

console.log(machine())
const [node, ...script] = serviceCommand(SERVICE)
// Node announces the inspector there, each time.
const timedWork = fileURLToPath(new URL('timed-work.mjs', import.meta.url))
const workTimes = join(scratch, 'work-times')
const environment = { ...process.env, WORK_TIMES: workTimes }
const command = [node, '--import', timedWork, ...YOUNG_GENERATION, ...script]
const service = await startService(command, () => environment, 'ignore')
while ((await fetch(`${service.url}/ready`)).status !== 200) await sleep(50)
const floats = Number(values.floats)
const body = encodeJson(Float32Array.from({ length: floats }, (_, i) => 2 * Math.sin(12.9898 * i)))
const rate = LOAD_FRACTION * (await capacityRps())
await attached(() => load(WARM_UP_MS, 1000))
await load(WARM_UP_MS, 1001)
console.log(`bodies of ${(body.length / 1024).toFixed(0)} KiB, Poisson, ${rate.toFixed(0)} requests/s`)

const ratios = { cpu: [], perWork: [] }
for (let pair = 0; pair < Number(values.pairs); pair++) {
  const bare = () => load(Number(values.seconds) * 1000, pair)
  const recorded = () => attached(bare)
  const [first, second] = pair % 2 === 0 ? [bare, recorded] : [recorded, bare]
  const inTurn = [await first(), await second()]
  const [without, withAgent] = pair % 2 === 0 ? inTurn : inTurn.reverse()
  ratios.cpu.push(withAgent.us / without.us)
  ratios.perWork.push(withAgent.us / withAgent.workUs / (without.us / without.workUs))
  console.log(`${pair} bare ${told(without)}, agent ${told(withAgent)}`)
}
console.log(`agent, CPU a request: ${summary(ratios.cpu)}`)
console.log(`agent, CPU a request over the fixed work: ${summary(ratios.perWork)}`)
await service.stop()

function told({ us, workUs }) {
  return `${us.toFixed(0)} us of CPU a request, fixed work ${workUs.toFixed(1)} us`
}

function summary(values) {
  const centre = median(values)
  const spread = median(values.map((ratio) => Math.abs(ratio - centre)))
  // Of a median: 1.2533 standard errors of the mean; 1.4826 median deviations make a standard deviation of normal errors.
  const standardError = (1.2533 * 1.4826 * spread) / Math.sqrt(values.length)
  return `${percentOver(values)}, +- ${(100 * standardError).toFixed(1)} (standard error)`
}

async function capacityRps() {
  const file = join(scratch, 'body.json')
  writeFileSync(file, body)
  const run = { url: `${service.url}/predict`, connections: 32, body: file, type: 'application/json' }
  await saturate({ ...run, seconds: SATURATED_S })
  return (await saturate({ ...run, seconds: SATURATED_S })).rps
}

async function attached(use) {
  const directory = mkdtempSync(join(scratch, 'recording-'))
  const agent = await attachAgent(service.pid, directory, null, [Number(new URL(service.url).port)], 60_000)
  try {
    return await use()
  } finally {
    await agent.detach()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** us of CPU a request, and what the fixed work took meanwhile. */
async function load(durationMs, seed) {
  const headers = [['content-type', 'application/json']]
  const target = { url: `${service.url}/predict`, method: 'POST', headers, body }
  const dir = join(scratch, 'load')
  let before = null
  const outcome = await runLoad(
    { ...target, rate, arrivals: 'poisson', seed, warmupMs: LEAD_IN_MS, durationMs, dir },
    ({ phase, completed }) => {
      if (phase !== 'warm-up') before ??= { completed, cpuMs: service.cpuMs(), atMs: nowMs() }
    },
  )
  rmSync(dir, { recursive: true, force: true })
  const [cpuMs, untilMs] = [service.cpuMs(), nowMs()]
  const completed = outcome.warmUp.outcomes.ok + outcome.measured.outcomes.ok - before.completed
  await sleep(WRITTEN_WITHIN_MS)
  return { us: ((cpuMs - before.cpuMs) * 1000) / completed, workUs: workBetween(before.atMs, untilMs) }
}

function workBetween(fromMs, untilMs) {
  const lines = readFileSync(workTimes, 'utf8').trim().split('\n')
  const timed = lines.map((line) => line.split(' ').map(Number)).filter(([ms]) => ms >= fromMs && ms <= untilMs)
  const workUs = timed.map(([, us]) => us)
  // Beyond that it was interrupted (core/facts/core-speed.ts).
  const counted = workUs.filter((us) => us <= 3 * Math.min(...workUs))
  return counted.reduce((sum, us) => sum + us, 0) / counted.length
}

function nowMs() {
  return Number(process.hrtime.bigint()) / 1e6
}
