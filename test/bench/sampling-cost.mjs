// CPU that sampling at 10 Hz costs, for a process tree with about 20 threads, and how long one tick takes by sampler.
// usage: npm run build && node test/bench/sampling-cost.mjs [--rounds 5] [--seconds 10]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ProcessTree } from '../../dist/agent/outside/process-tree.js'
import { SAMPLERS } from '../../dist/agent/outside/samplers/index.js'
import { startSampling } from '../../dist/agent/outside/sampling.js'
import { machine, median } from './process-cost.mjs'

const WATCHED = `
  const { Worker } = require('node:worker_threads')
  for (let i = 0; i < 9; i++) new Worker('setInterval(() => {}, 50)', { eval: true })
  setInterval(() => { for (const until = performance.now() + 10; performance.now() < until; ); }, 100)
  setTimeout(() => console.log('up'), 1000)`

const text = (initial) => ({ type: 'string', default: initial })
const { values } = parseArgs({ options: { rounds: text('5'), seconds: text('10') } })
const watched = spawn(process.execPath, ['-e', WATCHED], { stdio: ['ignore', 'pipe', 'inherit'] })
await once(watched.stdout, 'data')
const threads = readdirSync(`/proc/${watched.pid}/task`).length
console.log(`${machine()}; a tree of ${threads} threads`)
await wholeCost(Number(values.rounds), Number(values.seconds))
await tickBySampler()
watched.kill()

async function wholeCost(rounds, seconds) {
  let samples = 0
  const sampling = startSampling({ rootPid: watched.pid, emit: () => samples++ })
  await sleep(3000)
  const shares = []
  samples = 0
  for (let round = 0; round < rounds; round++) {
    const [cpu, startMs] = [process.cpuUsage(), performance.now()]
    await sleep(seconds * 1000)
    const { user, system } = process.cpuUsage(cpu)
    shares.push((user + system) / 1000 / (performance.now() - startMs))
  }
  await sampling.stop()
  const percent = shares.map((share) => (share * 100).toFixed(2))
  console.log(`${(median(shares) * 100).toFixed(2)} % of one core (${percent.join(', ')})`)
  console.log(`${(samples / rounds / seconds).toFixed(0)} samples a second`)
}

async function tickBySampler() {
  const tree = new ProcessTree({ procRoot: '/proc', rootPid: watched.pid })
  const context = {
    platform: process.platform,
    procRoot: '/proc',
    rootPid: watched.pid,
    intervalMs: 100,
    tree,
    emit() {},
    notMeasured() {},
  }
  const parts = [{ id: 'process-tree', poll: (tMs) => tree.update(tMs) }]
  for (const sampler of SAMPLERS) {
    if (sampler.id !== 'gpu') parts.push({ id: sampler.id, ...sampler.start(context) })
  }
  const tookUs = new Map(parts.map(({ id }) => [id, []]))
  for (let tick = 0; tick < 100; tick++) {
    const tMs = performance.now()
    for (const { id, poll } of parts) {
      const startMs = performance.now()
      poll?.(tMs)
      if (tick >= 20) tookUs.get(id).push((performance.now() - startMs) * 1000)
    }
    await sleep(100)
  }
  for (const [id, times] of tookUs) console.log(`${id}: ${median(times).toFixed(0)} us a tick`)
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
