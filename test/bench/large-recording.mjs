// Opens, diagnoses and reports a generated recording of a million requests, each step in a process of its own, and
// prints wall time and peak memory. Build first.
// usage: node test/bench/large-recording.mjs [--requests 1000000] [--dir <recording made before>] [--keep]
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    dir: { type: 'string' },
    keep: { type: 'boolean', default: false },
    step: { type: 'string' },
  },
})
const STEPS = {
  open: { title: 'open', bars: 'a couple of seconds, well under 1 GB' },
  diagnose: { title: 'open + diagnose', bars: '< 10 s, < 2 GB' },
  predict: { title: 'open + diagnose + replays and 10 predictions', bars: '< 10 s, < 2 GB' },
  report: { title: 'open + diagnose + charts + report', bars: 'report < 3 MB' },
}

if (options.step !== undefined) console.log(JSON.stringify(await measure(options.step, options.dir)))
else bench()

function bench() {
  const parent = options.dir === undefined ? mkdtempSync(join(tmpdir(), 'infer-diag-large-')) : null
  const dir = options.dir ?? join(parent, 'recording')
  if (parent !== null) {
    const generator = join(dist, 'fixtures/recordings/generate-large.js')
    execFileSync(process.execPath, [generator, dir, '--requests', options.requests], { stdio: 'inherit' })
  }
  const bytes = readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
  console.log(
    `Node ${process.version}, ${cpus().length} x ${cpus()[0].model}; recording of ${megabytes(bytes)} on disk\n`,
  )
  console.log('| step | wall | peak RSS | result | bars |\n| --- | ---: | ---: | --- | --- |')
  for (const [step, { title, bars }] of Object.entries(STEPS)) {
    const script = fileURLToPath(import.meta.url)
    const child = spawnSync(process.execPath, [script, '--step', step, '--dir', dir], { encoding: 'utf8' })
    if (child.status !== 0) throw new Error(`step ${step} failed: ${child.stderr}`)
    const { wallMs, peakBytes, result } = JSON.parse(child.stdout)
    console.log(`| ${title} | ${(wallMs / 1000).toFixed(2)} s | ${megabytes(peakBytes)} | ${result} | ${bars} |`)
  }
  if (parent !== null && !options.keep) rmSync(parent, { recursive: true })
}

async function measure(step, dir) {
  const load = (path) => import(join(dist, path))
  const { openRecording } = await load('formats/index.js')
  const modules = step === 'open' ? null : await load('core/diagnose.js')
  const viz = step === 'report' ? { ...(await load('core/charts/index.js')), ...(await load('viz/index.js')) } : null
  const startMs = performance.now()
  const recording = await openRecording(dir)
  let result = `${recording.requests.count} requests, ${recording.spans.count} spans`
  const diagnosis = modules?.diagnose(recording)
  if (diagnosis !== undefined)
    result = `culprit ${diagnosis.culprit ?? 'none'}, p95 ${diagnosis.endToEnd.p95Ms?.toFixed(1)} ms`
  if (step === 'predict') result = await predict(recording)
  if (viz !== null) {
    const html = viz.renderReport({ diagnosis, charts: viz.drawCharts(recording) })
    result = `report of ${megabytes(Buffer.byteLength(html))}`
  }
  return { wallMs: performance.now() - startMs, peakBytes: process.resourceUsage().maxRSS * 1024, result }
}

/** As a diagnosis does with ten fixes to predict; this recording has a finding or none, as chance will have it. */
async function predict(recording) {
  const { factsOf } = await import(join(dist, 'core/facts/fact.js'))
  const { groundsOf, predictWith } = await import(join(dist, 'core/sim/what-if/predict.js'))
  const grounds = groundsOf(factsOf(recording))
  if ('withheld' in grounds) return `withheld: ${grounds.withheld}`
  for (let i = 1; i <= 10; i++) predictWith(grounds, [`stage.deserialize=${i / 10}x`])
  const { replayedRequests, calibrationErrorP95 } = grounds.baseline
  return `${replayedRequests} requests replayed, p95 ${(100 * calibrationErrorP95).toFixed(1)} % off`
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
}
