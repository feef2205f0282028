// The unchanged replay of services that are started near their limit: requests there when the measured window opens, recorded and
// replayed, and how far off p50 and p95 are, with an ordinary warm-up and with the one that is learnt (docs/decisions/0016).
// usage: npm run build && node test/bench/started-at-limit.mjs [--rates 510,545,560] [--seconds 10] [<recording>...]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { factsOf } from '../../dist/core/facts/fact.js'
import { intervalsOf, traffic } from '../../dist/core/facts/traffic.js'
import { calibrate, percentilesOf } from '../../dist/core/sim/what-if/calibrate.js'
import { replay } from '../../dist/core/sim/what-if/replay.js'
import { writeBody } from '../../dist/fixtures/accuracy-predict/body.js'
import { recordRun } from '../../dist/fixtures/accuracy-predict/record-run.js'
import { warmUpSeconds } from '../../dist/fixtures/accuracy-predict/warm-up.js'
import { openRecording } from '../../dist/formats/index.js'
import { machine } from './process-cost.mjs'

/** The simulated accelerator carries 8 in 13.4 ms, 597 requests/s. */
const SERVICE = { device: 'simulated', maxBatch: 8, maxWaitMs: 2 }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rates: { type: 'string', default: '510,545,560' }, seconds: { type: 'string', default: '10' } },
})
console.log(machine())
for (const directory of positionals) judge(directory, await openRecording(directory))
if (positionals.length === 0) await recordAll()

async function recordAll() {
  const scratch = mkdtempSync(join(tmpdir(), 'infer-diag-bench-'))
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }))
  const body = await writeBody({ encoding: 'binary', floats: 10_000 }, scratch)
  for (const [i, rate] of values.rates.split(',').map(Number).entries()) {
    const directory = join(scratch, String(rate))
    const load = { rate, seed: 100 + i, warmUpS: warmUpSeconds(rate), durationS: Number(values.seconds) }
    await recordRun({ service: SERVICE, body, ...load, directory })
    judge(`${rate}/s`, await openRecording(directory))
  }
}

function judge(name, recording) {
  const facts = factsOf(recording)
  const learnt = calibrate(facts)
  if (!learnt.known) {
    console.log(`${name}: ${learnt.reason}`)
    return
  }
  const { model, unchanged, measured } = learnt.value
  const openingMs = model.arrivals.scheduledMs[model.arrivals.measuredFrom]
  const { startMs, endMs } = intervalsOf(recording.requests, facts.find(traffic).seenFrom)
  const present = startMs.filter((ms, row) => ms < openingMs && endMs[row] > openingMs).length
  const off = (run) => {
    const { p50Ms, p95Ms } = percentilesOf(run.latencyMs)
    const [p50, p95] = [p50Ms / measured.p50Ms, p95Ms / measured.p95Ms].map((ratio) => (100 * (ratio - 1)).toFixed(0))
    return `${run.presentAtStart} there, p50 ${p50} %, p95 ${p95} % off`
  }
  const ordinary = off(replay({ ...model, warmUpFactor: 1 }))
  const busy = (100 * unchanged.busiest.utilization).toFixed(0)
  console.log(
    `${name}: ${unchanged.busiest.resource} ${busy} % used, p95 ${measured.p95Ms.toFixed(0)} ms, ${present} there; ` +
      `ordinary warm-up: ${ordinary}; ${model.warmUpFactor.toFixed(2)} times as slow at first: ${off(unchanged)}`,
  )
}
