// Cost of one synchronous stage span against one OpenTelemetry JS SDK span (batch processor, no-op exporter), in one
// process, rounds interleaved. Needs `npm run build`. Prints JSON; `--rounds 400` for another number of rounds.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

// Fits the batch processor's default queue (2048), so that OpenTelemetry pays for its spans and drops none.
const SPANS_PER_ROUND = 2000
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' } } })
const rounds = Number(values.rounds)

const directory = mkdtempSync(join(tmpdir(), 'infer-diag-span-cost-'))
process.env.INFER_DIAG_DIR = directory
process.env.INFER_DIAG_SAMPLERS = 'off'
const { stage, resume } = await import('infer-diag/agent')
const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base')
const { context, trace } = await import('@opentelemetry/api')
const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node')

const exporter = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {}, forceFlush: async () => {} }
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] })
provider.register()
const tracer = provider.getTracer('span-cost')
// Both sides work in a request's context, as spans of a service do.
const otelRequest = trace.setSpan(context.active(), tracer.startSpan('request'))
const inRequest = (fn) => resume({ request: 1, batch: 0 }, () => context.with(otelRequest, fn))

let sink = 0
const work = () => {
  sink += 1
  return sink
}
const subjects = {
  bare: () => work(),
  stage: () => stage('preprocess', work),
  otel: () => {
    const span = tracer.startSpan('preprocess')
    const result = work()
    span.end()
    return result
  },
}
const names = Object.keys(subjects)
const nsPerCall = Object.fromEntries(names.map((name) => [name, []]))
for (let round = -20; round < rounds; round += 1) {
  for (const name of names) {
    const ns = inRequest(() => timeRound(subjects[name]))
    if (round >= 0) nsPerCall[name].push(ns)
    // Time for either side to hand over what it holds.
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
}

const medianNs = Object.fromEntries(names.map((name) => [name, median(nsPerCall[name])]))
const stageNs = medianNs.stage - medianNs.bare
const otelNs = medianNs.otel - medianNs.bare
console.log(
  JSON.stringify({
    node: process.version,
    rounds,
    spansPerRound: SPANS_PER_ROUND,
    medianNs,
    stageSpanNs: stageNs,
    otelSpanNs: otelNs,
    ratio: otelNs / stageNs,
  }),
)
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
process.exit(0)

function timeRound(subject) {
  const start = process.hrtime.bigint()
  for (let i = 0; i < SPANS_PER_ROUND; i += 1) subject()
  return Number(process.hrtime.bigint() - start) / SPANS_PER_ROUND
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}
