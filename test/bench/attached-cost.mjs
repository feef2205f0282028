// CPU a request of the reference service at 70 % of its capacity, the agent in and out of one and the same process by turns: two
// processes of one configuration differ by more than what is asked for, and one process does not differ from itself.
// The agent comes as `record --attach` brings it, so it has the main thread and its own, but not the threads of the batcher and the device, which
// ran before. Slices are led in, as in agent-overhead.mjs, which says why; a pair is two slices, the first of the next one being
// of the same kind as the last of this one.
// usage: npm run build && node test/bench/attached-cost.mjs [--pairs 20] [--seconds 4] [--floats 55000]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
const YOUNG_GENERATION = ['--min-semi-space-size=16', '--max-semi-space-size=16']
const SERVICE = { device: 'simulated', maxBatch: 32, maxWaitMs: 5, overheadMs: 1, perItemMs: 0.05, port: 0 }

const text = (initial) => ({ type: 'string', default: initial })
const { values } = parseArgs({ options: { pairs: text('20'), seconds: text('4'), floats: text('55000') } })
const scratch = mkdtempSync(join(tmpdir(), 'infer-diag-bench-'))
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }))

console.log(machine())
const [node, ...script] = serviceCommand(SERVICE)
// Node announces the inspector there, each time.
const service = await startService([node, ...YOUNG_GENERATION, ...script], () => process.env, 'ignore')
while ((await fetch(`${service.url}/ready`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
const floats = Number(values.floats)
const body = encodeJson(Float32Array.from({ length: floats }, (_, i) => 2 * Math.sin(12.9898 * i)))
const rate = LOAD_FRACTION * (await capacityRps())
await attached(() => load(WARM_UP_MS, 1000))
await load(WARM_UP_MS, 1001)
console.log(`bodies of ${(body.length / 1024).toFixed(0)} KiB, Poisson, ${rate.toFixed(0)} requests/s`)

const ratios = []
for (let pair = 0; pair < Number(values.pairs); pair++) {
  const bare = () => load(Number(values.seconds) * 1000, pair)
  const recorded = () => attached(bare)
  const [first, second] = pair % 2 === 0 ? [bare, recorded] : [recorded, bare]
  const inTurn = [await first(), await second()]
  const [without, withAgent] = pair % 2 === 0 ? inTurn : inTurn.reverse()
  ratios.push(withAgent / without)
  console.log(`${pair} bare ${without.toFixed(0)} us of CPU a request, agent ${withAgent.toFixed(0)}`)
}
const centre = median(ratios)
const spread = median(ratios.map((ratio) => Math.abs(ratio - centre)))
// Of a median: 1.2533 standard errors of the mean; 1.4826 median deviations make a standard deviation of normal errors.
const standardError = (1.2533 * 1.4826 * spread) / Math.sqrt(ratios.length)
console.log(`agent: ${percentOver(ratios)}, +- ${(100 * standardError).toFixed(1)} (standard error)`)
await service.stop()

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

/** us of CPU a request. */
async function load(durationMs, seed) {
  const headers = [['content-type', 'application/json']]
  const target = { url: `${service.url}/predict`, method: 'POST', headers, body }
  const dir = join(scratch, 'load')
  let before = null
  const outcome = await runLoad(
    { ...target, rate, arrivals: 'poisson', seed, warmupMs: LEAD_IN_MS, durationMs, dir },
    ({ phase, completed }) => {
      if (phase !== 'warm-up') before ??= { completed, cpuMs: service.cpuMs() }
    },
  )
  rmSync(dir, { recursive: true, force: true })
  const completed = outcome.warmUp.outcomes.ok + outcome.measured.outcomes.ok - before.completed
  return ((service.cpuMs() - before.cpuMs) * 1000) / completed
}
