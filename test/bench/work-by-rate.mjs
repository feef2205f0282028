// What a request takes of the event loop at several rates of the same service, by how much the replay of each recording is off,
// and what it predicts for the other rates: the effect of the rate alone, without a change of batcher or body.
// usage: npm run build && node test/bench/work-by-rate.mjs [--rates 60,180,360] [--rounds 2] [--seconds 12] [--floats 10000] [--encoding json]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { factsOf } from '../../dist/core/facts/fact.js'
import { traffic } from '../../dist/core/facts/traffic.js'
import { percentilesOf } from '../../dist/core/sim/what-if/calibrate.js'
import { learnService } from '../../dist/core/sim/what-if/learn-service.js'
import { whatIf } from '../../dist/core/sim/what-if/predict.js'
import { mean } from '../../dist/core/stats/mean.js'
import { writeBody } from '../../dist/fixtures/accuracy-predict/body.js'
import { recordRun } from '../../dist/fixtures/accuracy-predict/record-run.js'
import { warmUpSeconds } from '../../dist/fixtures/accuracy-predict/warm-up.js'
import { openRecording } from '../../dist/formats/index.js'
import { machine, median } from './process-cost.mjs'

const text = (initial) => ({ type: 'string', default: initial })
const { values } = parseArgs({
  options: {
    rates: text('60,180,360'),
    rounds: text('2'),
    seconds: text('12'),
    floats: text('10000'),
    encoding: text('json'),
  },
})
const service = { device: 'simulated', maxBatch: 8, maxWaitMs: 2 }
const rates = values.rates.split(',').map(Number)
const scratch = mkdtempSync(join(tmpdir(), 'infer-diag-bench-'))
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }))
const body = await writeBody({ encoding: values.encoding, floats: Number(values.floats) }, scratch)

console.log(machine())
const runs = []
for (let round = 0; round < Number(values.rounds); round++) {
  for (const rate of round % 2 === 0 ? rates : [...rates].reverse()) runs.push(await record(rate, round))
}
for (const from of runs) for (const to of runs) if (from.rate !== to.rate) predict(from, to)
for (const rate of rates) {
  const loopMs = runs.filter((run) => run.rate === rate && run.loopMs !== null).map((run) => run.loopMs)
  if (loopMs.length > 0) console.log(`${rate}/s: ${median(loopMs).toFixed(3)} ms of the event loop a request`)
}

async function record(rate, round) {
  const directory = join(scratch, `${rate}-${round}`)
  const seconds = Number(values.seconds)
  const load = { rate, seed: 5, warmUpS: warmUpSeconds(rate), durationS: seconds }
  const voided = await recordRun({ service, body, ...load, directory })
  const facts = factsOf(await openRecording(directory))
  const measured = percentilesOf(facts.find(traffic).latencyMs)
  const learnt = learnService(facts)
  const loop = learnt.known ? learnt.value.segments.filter(({ place }) => place.kind === 'loop') : []
  const stages = loop.map(({ stage, demandMs }) => `${stage} ${mean(demandMs).toFixed(3)}`)
  const loopMs = learnt.known ? loop.reduce((sum, { demandMs }) => sum + mean(demandMs), 0) : null
  const { baseline } = whatIf(facts, [])
  const off = baseline === null ? '' : `, replayed ${(100 * baseline.calibrationErrorP95).toFixed(1)} % off`
  const p95 = `p95 ${measured.p95Ms.toFixed(1)} ms${off}`
  console.log(`${rate}/s, round ${round}: ${p95}, ${learnt.known ? stages.join(', ') : (voided ?? learnt.reason)}`)
  return { rate, round, facts, measured, loopMs }
}

function predict(from, to) {
  const result = whatIf(from.facts, [`rate=${to.rate}`])
  const way = `${from.rate}/s (${from.round}) -> ${to.rate}/s (${to.round})`
  if ('withheld' in result) {
    console.log(`${way}: withheld`)
    return
  }
  const { p95Ms } = result.predictions[0]
  if (p95Ms === null) console.log(`${way}: called unstable, measured p95 ${to.measured.p95Ms.toFixed(1)} ms`)
  else console.log(`${way}: p95 ${p95Ms.toFixed(1)} ms, ${(100 * (p95Ms / to.measured.p95Ms - 1)).toFixed(1)} % off`)
}
