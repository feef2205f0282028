// Does the agent's fixed piece of work tell how fast the core is? By turns with the parsing of large JSON bodies on one thread, for as long
// as a shared machine needs to change its speed: how both go together, and what is left of the differences between parsing times once
// they are divided by the fixed work's.
// usage: npm run build && node test/bench/core-speed.mjs [seconds]
import { setTimeout as sleep } from 'node:timers/promises'
import { fixedWorkMs } from '../../dist/agent/inside/core-speed.js'
import { encodeJson } from '../../dist/fixtures/service/tensor.js'
import { machine, median } from './process-cost.mjs'

const FLOATS = 55_000
const PARSES = 10
const PAUSE_MS = 20
/** A neighbour comes and goes within milliseconds: single readings tell little, a mean of many tells. */
const WINDOW_MS = 5000

console.log(machine())
const text = encodeJson(Float32Array.from({ length: FLOATS }, (_, i) => 2 * Math.sin(12.9898 * i))).toString()
for (let i = 0; i < 200; i++) fixedWorkMs()
const rows = []
const endMs = performance.now() + 1000 * Number(process.argv[2] ?? 60)
while (performance.now() < endMs) {
  const parseMs = []
  for (let i = 0; i < PARSES; i++) {
    const startMs = performance.now()
    JSON.parse(text)
    parseMs.push(performance.now() - startMs)
  }
  rows.push({
    window: Math.floor(performance.now() / WINDOW_MS),
    parseMs: median(parseMs),
    workUs: 1000 * fixedWorkMs(),
  })
  await sleep(PAUSE_MS)
}
show('readings', rows)
const windows = grouped(rows)
const means = [...windows.values()].map((some) => ({
  parseMs: mean(some.map(({ parseMs }) => parseMs)),
  workUs: mean(some.map(({ workUs }) => workUs)),
}))
show(`means of ${WINDOW_MS / 1000} s`, means)

function show(what, values) {
  const parse = values.map(({ parseMs }) => parseMs)
  const work = values.map(({ workUs }) => workUs)
  const relative = values.map(({ parseMs, workUs }) => parseMs / workUs)
  console.log(
    `${values.length} ${what}: parse ${range(parse)} ms, fixed work ${range(work)} us (10th, 50th, 90th percentile)`,
  )
  console.log(
    `  correlation ${correlation(parse, work).toFixed(2)}; coefficient of variation: parse ${variation(parse)}, parse over fixed work ${variation(relative)}`,
  )
}

function grouped(rows) {
  const groups = new Map()
  for (const row of rows) groups.set(row.window, [...(groups.get(row.window) ?? []), row])
  return groups
}

function range(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return [0.1, 0.5, 0.9].map((p) => sorted[Math.floor(p * (sorted.length - 1))].toFixed(2)).join(', ')
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function variation(values) {
  const centre = mean(values)
  return `${((100 * Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))) / centre).toFixed(1)} %`
}

function correlation(a, b) {
  const [meanA, meanB] = [mean(a), mean(b)]
  const product = mean(a.map((value, i) => (value - meanA) * (b[i] - meanB)))
  const spread = (values, centre) => Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
  return product / (spread(a, meanA) * spread(b, meanB))
}
