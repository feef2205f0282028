// How late batches start that waited for the device, at several loads and batch sizes of the reference service (bodies in
// binary; the onnx device, for the simulated accelerator has no such delay): what a batch's own size and the run before it have to do with it in each recording, and how well the
// delay in one recording tells that in another when it is taken as it is, with the root of the size, or with a root of the run before.
// usage: npm run build && node test/bench/batch-lateness.mjs [--floats 10000] [--seconds 10] [--steps 4:150,4:300,4:450,8:200,8:450,8:650] [<recording>...]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { batching } from '../../dist/core/facts/batching.js'
import { factsOf } from '../../dist/core/facts/fact.js'
import { mean } from '../../dist/core/stats/mean.js'
import { quantile } from '../../dist/core/stats/quantile.js'
import { writeBody } from '../../dist/fixtures/accuracy-predict/body.js'
import { recordRun } from '../../dist/fixtures/accuracy-predict/record-run.js'
import { warmUpSeconds } from '../../dist/fixtures/accuracy-predict/warm-up.js'
import { openRecording } from '../../dist/formats/index.js'
import { machine } from './process-cost.mjs'

/** Fewer say nothing about the mean. */
const FEWEST = 100
/** What the worst fiftieth adds is another matter: the device's thread lost its core. */
const TYPICAL = 0.98
const RULES = {
  'as it is': () => 1,
  'root of the size': ({ size }) => Math.sqrt(size),
  'fourth root of the run before': ({ ranMs }) => ranMs ** 0.25,
  'cube root of the run before': ({ ranMs }) => Math.cbrt(ranMs),
  'root of the run before': ({ ranMs }) => Math.sqrt(ranMs),
}

const text = (initial) => ({ type: 'string', default: initial })
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    floats: text('10000'),
    seconds: text('10'),
    steps: text('4:150,4:300,4:450,8:200,8:450,8:650'),
  },
})
console.log(machine())
const runs = []
for (const directory of positionals) runs.push({ name: directory, ...latenessOf(await openRecording(directory)) })
if (positionals.length === 0) await recordAll()
for (const { name, late, promptMs } of runs) {
  const { meanMs, size, ranMs } = meansOf(late)
  const slopes = [slope(late, (one) => one.size), slope(late, (one) => one.ranMs)]
  console.log(
    `${name}: ${late.length} batches of ${size.toFixed(1)} after runs of ${ranMs.toFixed(1)} ms, late by ${meanMs.toFixed(2)} ms (at least ${promptMs.toFixed(2)}); ` +
      `${slopes[0]} ms more for each request in it, ${slopes[1]} for each ms of the run before`,
  )
}
for (const [rule, factor] of Object.entries(RULES)) {
  const errors = runs.flatMap((from) =>
    runs.filter((to) => to !== from).map((to) => told(from, to, factor) - meansOf(to.late).meanMs),
  )
  const rms = Math.sqrt(mean(errors.map((error) => error ** 2)))
  console.log(`${rule}: off by ${mean(errors).toFixed(3)} ms in the mean, ${rms.toFixed(3)} ms rms`)
}

async function recordAll() {
  const scratch = mkdtempSync(join(tmpdir(), 'infer-diag-bench-'))
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }))
  const body = await writeBody({ encoding: 'binary', floats: Number(values.floats) }, scratch)
  for (const [i, step] of values.steps.split(',').entries()) {
    const [maxBatch, rate] = step.split(':').map(Number)
    const directory = join(scratch, String(i))
    const service = { device: 'onnx', maxBatch, maxWaitMs: 2 }
    const load = { rate, seed: 100 + i, warmUpS: warmUpSeconds(rate), durationS: Number(values.seconds) }
    const voided = await recordRun({ service, body, ...load, directory })
    if (voided !== null) console.log(`up to ${maxBatch} at ${rate}/s: ${voided}`)
    const found = latenessOf(await openRecording(directory))
    if (found.late.length >= FEWEST) runs.push({ name: `up to ${maxBatch} at ${rate}/s`, ...found })
  }
}

/** Of batches that were due, or full, when the device got free. */
function latenessOf(recording) {
  const { batches, spans, stages } = recording
  const found = factsOf(recording).find(batching)
  const queue = stages.indexOf('queue')
  const joinedMs = new Float64Array(batches.count)
  for (let i = 0; i < spans.count; i++) {
    const b = spans.batch[i]
    if (spans.stage[i] === queue && b < batches.count) joinedMs[b] = Math.max(joinedMs[b], spans.startMs[i])
  }
  const late = []
  let before = null
  for (const b of found.rows) {
    const size = batches.size[b]
    const dueMs = batches.openedMs[b] + found.maxWaitMs
    const dueAtMs = size >= found.capacity ? Math.min(dueMs, joinedMs[b]) : dueMs
    if (before !== null && batches.endedMs[before] >= dueAtMs) {
      const ms = Math.max(0, batches.startedMs[b] - batches.endedMs[before])
      late.push({ ms, size, ranMs: batches.endedMs[before] - batches.startedMs[before] })
    }
    before = b
  }
  const delays = Float64Array.from(late, ({ ms }) => ms)
  const most = quantile(delays, TYPICAL)
  return { late: late.map((one) => ({ ...one, ms: Math.min(one.ms, most) })), promptMs: quantile(delays, 0.05) }
}

function meansOf(late) {
  return {
    meanMs: mean(late.map(({ ms }) => ms)),
    size: mean(late.map(({ size }) => size)),
    ranMs: mean(late.map(({ ranMs }) => ranMs)),
  }
}

/** The mean delay in `to` by what is known of `from`: beyond the promptest it goes with `factor`. */
function told(from, to, factor) {
  const each = mean(from.late.map((one) => Math.max(0, one.ms - from.promptMs) / factor(one)))
  return from.promptMs + each * mean(to.late.map(factor))
}

/** Least squares, with its standard error. */
function slope(late, of) {
  const centre = mean(late.map(of))
  const { meanMs } = meansOf(late)
  const spread = late.reduce((sum, one) => sum + (of(one) - centre) ** 2, 0)
  const together = late.reduce((sum, one) => sum + (of(one) - centre) * (one.ms - meanMs), 0)
  const rest = mean(late.map(({ ms }) => (ms - meanMs) ** 2))
  if (spread === 0) return 'unknown'
  return `${(together / spread).toFixed(3)} +- ${Math.sqrt(rest / spread).toFixed(3)}`
}
