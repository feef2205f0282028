// How long a service awaits something is known to it and told by its recording: a service that works on its event loop and then
// awaits a timer is recorded, and what the stage table gives for the timer stands beside what it was, with the error of the replay.
// Build first.
// usage: node test/bench/awaited-calls.mjs [--rates 60,85,100] [--seconds 16] [--work-ms 8] [--port 3961]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { eventLoop } from '../../dist/core/facts/event-loop.js'
import { factsOf } from '../../dist/core/facts/fact.js'
import { stageSummaries } from '../../dist/core/facts/stage-summaries.js'
import { calibrate } from '../../dist/core/sim/what-if/calibrate.js'
import { openRecording } from '../../dist/formats/index.js'
import { machine } from './process-cost.mjs'

const text = (initial) => ({ type: 'string', default: initial })
const { values: options } = parseArgs({
  options: { rates: text('60,85,100'), seconds: text('16'), 'work-ms': text('8'), port: text('3961') },
})
const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const SERVICE = fileURLToPath(new URL('awaited-service.mjs', import.meta.url))
const percent = (ratio) => `${(100 * ratio).toFixed(1)} %`

const scratch = mkdtempSync(join(tmpdir(), 'infer-diag-bench-'))
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }))
console.log(machine())
console.log(
  '\n| awaits | requests/s | loop busy | awaited | as told | replay at p50, p95, p99 |\n| --- | --- | --- | --- | --- | --- |',
)
for (const awaits of ['constant', 'exponential', 'two-kinds']) {
  for (const rate of options.rates.split(',')) console.log(await row(awaits, rate))
}

async function row(awaits, rate) {
  const directory = join(scratch, `${awaits}-${rate}`)
  const load = [
    '--url',
    `http://127.0.0.1:${options.port}/`,
    '--rate',
    rate,
    '--duration',
    options.seconds,
    '--warmup',
    '2',
  ]
  const service = [
    process.execPath,
    SERVICE,
    '--port',
    options.port,
    '--work-ms',
    options['work-ms'],
    '--awaits',
    awaits,
  ]
  execFileSync(process.execPath, [CLI, 'record', ...load, '-o', directory, '--no-report', '--', ...service], {
    stdio: 'ignore',
  })
  const facts = factsOf(await openRecording(directory))
  const awaitedMs = Number(/awaited (\S+) ms/.exec(readFileSync(join(directory, 'service.log'), 'utf8'))[1])
  const toldMs = facts.find(stageSummaries).find(({ id }) => id === 'lookup').meanMs
  const known = calibrate(facts)
  const replay = known.known ? Object.values(known.value.errors).map(percent).join(', ') : known.reason
  const told = `${toldMs.toFixed(1)} ms (${percent(toldMs / awaitedMs)})`
  return `| ${awaits} | ${rate} | ${percent(facts.find(eventLoop).utilization)} | ${awaitedMs.toFixed(1)} ms | ${told} | ${replay} |`
}
