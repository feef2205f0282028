// Are services of several processes (node:cluster) predicted as well as others? docs/what-if.md. A plain http service that decodes JSON
// and computes, as one process and as two, each at two rates; each prediction is compared with the recording of what it predicts.
// A recording is made anew when the load generator was late, at most twice.
// usage: npm run build && node test/bench/cluster.mjs [--rounds 4] [--rate 130] [--seconds 15] [--turns 12]
import { spawnSync } from 'node:child_process'
import cluster from 'node:cluster'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createProbe } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const FLOATS = 4000
const FASTER = 1.7
const TRIES = 3
const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

if (process.argv[2] === 'serve') serve(Number(process.argv[3]), Number(process.argv[4]), Number(process.argv[5]))
else await bench()

async function bench() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '4' },
      rate: { type: 'string', default: '130' },
      seconds: { type: 'string', default: '15' },
      turns: { type: 'string', default: '12' },
    },
  })
  const dir = mkdtempSync(join(tmpdir(), 'infer-diag-cluster-'))
  writeFileSync(
    join(dir, 'body.json'),
    JSON.stringify({ inputs: Array.from({ length: FLOATS }, (_, i) => Math.sin(i)) }),
  )
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, node ${process.version}, load average ${loadavg()[0]?.toFixed(2)}`,
  )
  const rate = Number(values.rate)
  const fast = Math.round(FASTER * rate)
  const offs = {}
  for (let round = 1; round <= Number(values.rounds); round++) {
    const of = async (name, processes, rps) => ({
      name,
      ...(await record({ dir, name, processes, rps, round, values })),
    })
    const one = await of('one', 1, rate)
    const two = await of('two', 2, rate)
    const twoFast = await of('two-fast', 2, fast)
    compare(dir, one, `processes=2`, two, offs)
    compare(dir, two, `rate=${fast}`, twoFast, offs)
    compare(dir, twoFast, `rate=${rate}`, two, offs)
  }
  for (const [change, found] of Object.entries(offs)) {
    const sorted = found.map(Math.abs).sort((a, b) => a - b)
    console.log(
      `${change}: median error of p95 ${percent(sorted[sorted.length >> 1])}, largest ${percent(sorted.at(-1))}`,
    )
  }
  rmSync(dir, { recursive: true })
}

async function record({ dir, name, processes, rps, round, values }) {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const port = await freePort()
    const service = [process.execPath, fileURLToPath(import.meta.url), 'serve', processes, port, values.turns]
    const request = ['--url', `http://127.0.0.1:${port}/`, '--method', 'POST', '--body', join(dir, 'body.json')]
    const load = ['--rate', rps, '--duration', values.seconds, '--seed', 10 * round + attempt]
    const out = ['-o', join(dir, name), '--force', '--json']
    const { status, stdout } = run(['record', ...request, ...load, ...out, '--', ...service])
    if (status !== 0) continue
    const { endToEnd, resources } = JSON.parse(stdout)
    return { ...endToEnd, loop: resources.eventLoopUtilization }
  }
  return null
}

function compare(dir, from, change, to, offs) {
  if (from.p95Ms === undefined || to.p95Ms === undefined) {
    console.log(`  ${from.name}, ${change}: no recording that is not void`)
    return
  }
  const { predictions, withheld } = JSON.parse(run(['what-if', join(dir, from.name), '--set', change, '--json']).stdout)
  if (withheld !== undefined) {
    console.log(`  ${from.name}, ${change}: withheld: ${withheld}`)
    return
  }
  const [{ p50Ms, p95Ms, p95IntervalMs }] = predictions
  const off = p95Ms / to.p95Ms - 1
  offs[`${from.name}, ${change}`] ??= []
  offs[`${from.name}, ${change}`].push(off)
  const held = p95IntervalMs[0] <= to.p95Ms && to.p95Ms <= p95IntervalMs[1]
  console.log(
    `  ${from.name} (loop ${percent(from.loop)}, p95 ${from.p95Ms.toFixed(1)}), ${change}: p50 ${p50Ms.toFixed(1)}, measured ${to.p50Ms.toFixed(1)}; ` +
      `p95 ${p95Ms.toFixed(1)} (${p95IntervalMs.map((ms) => ms.toFixed(1)).join(' to ')}), measured ${to.p95Ms.toFixed(1)}: ${percent(off)} off, ${held ? 'held' : 'not held'}`,
  )
}

function run(args) {
  return spawnSync(process.execPath, [cli, ...args.map(String)], { encoding: 'utf8', maxBuffer: 1 << 28 })
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createProbe().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

function serve(processes, port, turns) {
  if (cluster.isPrimary && processes > 1) {
    for (let i = 0; i < processes; i++) cluster.fork()
    process.on('SIGTERM', () => process.exit())
    return
  }
  createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const { inputs } = request.method === 'POST' ? JSON.parse(Buffer.concat(chunks).toString()) : { inputs: [] }
      let sum = 0
      for (let turn = 0; turn < turns; turn++) for (const value of inputs) sum += Math.tanh(value + turn)
      response.end(JSON.stringify({ sum }))
    })
  }).listen(port, '127.0.0.1')
}
