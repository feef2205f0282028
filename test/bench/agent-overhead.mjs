// CPU a request and p99 of the reference service at 70 % of its capacity: bare, under the agent as `record` sets it up,
// and with CPU-profile windows too. Each round starts a fresh process of each and loads them by turns, in turning order and
// short slices, so that a phase in which the machine is slow meets all of them. CPU is that of the service's process, all
// threads, the agent's own included, so what the agent spends beside the requests counts.
// What a service costs is asked under steady load, so two things are kept out. Before the slices each process answers some ten
// thousand small requests, of one chunk and of several, and then large ones: at their rate V8 still compiles for minutes, more of it where
// there is more code. And each slice is led in: V8 takes the young generation's memory from a service that rests while the others
// have their turn, and marks the heap of each of its threads, of which the agent is one more. Its size is fixed to the one that V8
// gives it under steady load in the end: until then one process was seen to collect it 270 times a slice, another one 43 times.
// usage: npm run build && node test/bench/agent-overhead.mjs [--rounds 6] [--seconds 12] [--warm-up 10] [--floats 55000,2000]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { agentEnvironment } from '../../dist/cli/recording/agent-environment.js'
import { serviceCommand } from '../../dist/fixtures/scenarios/trial-service.js'
import { encodeJson } from '../../dist/fixtures/service/tensor.js'
import { runLoad } from '../../dist/load/index.js'
import { saturate } from './closed-loop.mjs'
import { machine, median, percentOver, startService } from './process-cost.mjs'

const LOAD_FRACTION = 0.7
const SLICES = 3
const LEAD_IN_MS = 1500
const YOUNG_GENERATION = ['--min-semi-space-size=16', '--max-semi-space-size=16']
const COMPILING_FLOATS = [200, 16_000]
const COMPILING_SECONDS = 4
// More than the event loop: a device that never limits, so that the capacity is the loop's.
const SERVICE = { device: 'simulated', maxBatch: 32, maxWaitMs: 5, overheadMs: 1, perItemMs: 0.05, port: 0 }

const [node, ...script] = serviceCommand(SERVICE)
const command = [node, ...YOUNG_GENERATION, ...script]
const conditions = {
  bare: () => startService(command),
  agent: () => startService(command, (directory) => agentEnvironment(process.env, directory, null)),
  profile: () => startService(command, (directory) => agentEnvironment(process.env, directory, 'with-process')),
}
const scratch = mkdtempSync(join(tmpdir(), 'infer-diag-bench-'))
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }))

const text = (initial) => ({ type: 'string', default: initial })
const { values } = parseArgs({
  options: { rounds: text('6'), seconds: text('12'), 'warm-up': text('10'), floats: text('55000,2000') },
})
const warmUpSeconds = Number(values['warm-up'])
console.log(machine())
for (const floats of values.floats.split(',')) {
  await bench(encodeJson(tensor(Number(floats))), Number(values.rounds), Number(values.seconds))
}

async function bench(body, rounds, seconds) {
  const capacityRps = await capacity(body)
  const rate = LOAD_FRACTION * capacityRps
  console.log(
    `JSON bodies of ${(body.length / 1024).toFixed(0)} KiB: ${capacityRps.toFixed(0)} requests/s at saturation`,
  )
  console.log(`Poisson, ${rate.toFixed(0)} requests/s`)
  console.log('round condition | us of CPU a request | p50 p99 ms | sent, not ok, recorded | void')
  const names = Object.keys(conditions)
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const outcomes = await measure(names, body, rate, (seconds * 1000) / SLICES, round)
    for (const name of names) {
      results[name].push(outcomes[name])
      console.log(`${round} ${name} | ${line(outcomes[name])}`)
    }
  }
  for (const name of names.slice(1)) {
    const ratios = (figure) => results[name].map((result, round) => result[figure] / results.bare[round][figure])
    console.log(`${name}: CPU a request ${percentOver(ratios('usEach'))}, p99 ${percentOver(ratios('p99Ms'))}`)
  }
  const usEach = names.map((name) => `${name} ${median(results[name].map((result) => result.usEach)).toFixed(0)}`)
  console.log(`us of CPU a request: ${usEach.join(', ')}\n`)
}

async function capacity(body) {
  const service = await ready(conditions.bare)
  await saturateWith(service, body, warmUpSeconds)
  const { rps } = await saturateWith(service, body, 5)
  await service.stop()
  return rps
}

function saturateWith(service, body, seconds) {
  const file = join(scratch, 'body.json')
  writeFileSync(file, body)
  return saturate({ url: `${service.url}/predict`, connections: 32, body: file, type: 'application/json', seconds })
}

async function measure(names, body, rate, sliceMs, round) {
  const services = {}
  for (const name of names) services[name] = await ready(conditions[name])
  const load = async (name, durationMs, seed) => {
    const headers = [['content-type', 'application/json']]
    const [url, method, arrivals] = [`${services[name].url}/predict`, 'POST', 'poisson']
    const dir = join(scratch, 'load')
    let before = null
    const outcome = await runLoad(
      { url, method, headers, body, rate, arrivals, seed, warmupMs: LEAD_IN_MS, durationMs, dir },
      ({ phase, completed }) => {
        if (phase !== 'warm-up') before ??= { completed, cpuMs: services[name].cpuMs() }
      },
    )
    const completed = outcome.warmUp.outcomes.ok + outcome.measured.outcomes.ok - before.completed
    return { outcome, completed, cpuMs: services[name].cpuMs() - before.cpuMs }
  }
  for (const name of names) {
    for (const floats of COMPILING_FLOATS) {
      await saturateWith(services[name], encodeJson(tensor(floats)), COMPILING_SECONDS)
    }
    await load(name, warmUpSeconds * 1000, 1000 + round)
  }
  const slices = Object.fromEntries(names.map((name) => [name, []]))
  for (let k = 0; k < SLICES; k++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(round + k + i) % names.length]
      slices[name].push(await load(name, sliceMs, 1 + round * SLICES + k))
    }
  }
  rmSync(join(scratch, 'load'), { recursive: true, force: true })
  const results = {}
  for (const name of names) {
    const recorded = services[name].recordedRequests()
    await services[name].stop()
    results[name] = { ...together(slices[name]), recorded }
  }
  return results
}

/** Sums of the slices; of their percentiles the median. */
function together(slices) {
  const sum = (figure) => slices.reduce((total, slice) => total + figure(slice), 0)
  const sent = sum(({ outcome }) => outcome.measured.sent)
  const ok = sum(({ outcome }) => outcome.measured.outcomes.ok)
  return {
    usEach: (sum(({ cpuMs }) => cpuMs) * 1000) / sum(({ completed }) => completed),
    p50Ms: median(slices.map(({ outcome }) => outcome.latencyP50Ms)),
    p99Ms: median(slices.map(({ outcome }) => outcome.latencyP99Ms)),
    sent,
    failed: sent - ok,
    void: slices.map(({ outcome }) => outcome.void).find(Boolean),
  }
}

async function ready(start) {
  const service = await start()
  while ((await fetch(`${service.url}/ready`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
  return service
}

function line({ usEach, p50Ms, p99Ms, sent, failed, recorded, void: voided }) {
  const latencies = `${p50Ms.toFixed(2)} ${p99Ms.toFixed(2)}`
  return `${usEach.toFixed(0)} | ${latencies} | ${sent}, ${failed}, ${recorded} | ${voided?.reason ?? '-'}`
}

function tensor(length) {
  return Float32Array.from({ length }, (_, i) => 2 * Math.sin(12.9898 * i))
}
