// Throughput of a no-op node:http service at saturation: bare, under the agent as `record` sets it up, and under
// OpenTelemetry's http instrumentation (batch processor, no-op exporter). Each round runs all three, in turning order.
// usage: npm run build && node test/bench/http-throughput.mjs [--rounds 8] [--seconds 8] [--connections 32]
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { agentEnvironment } from '../../dist/cli/recording/agent-environment.js'
import { saturate } from './closed-loop.mjs'
import { machine, median, percentOver, startService } from './process-cost.mjs'

const WARM_UP_SECONDS = 4
const require = createRequire(import.meta.url)
const command = (kind) => [process.execPath, fileURLToPath(import.meta.url), 'serve', kind]
const conditions = {
  bare: () => startService(command('plain')),
  agent: () => startService(command('plain'), (directory) => agentEnvironment(process.env, directory, null)),
  otel: () => startService(command('otel')),
}

if (process.argv[2] === 'serve') serve(process.argv[3])
else await bench()

async function bench() {
  const number = (initial) => ({ type: 'string', default: String(initial) })
  const { values } = parseArgs({ options: { rounds: number(8), seconds: number(8), connections: number(32) } })
  const [rounds, seconds, connections] = [values.rounds, values.seconds, values.connections].map(Number)
  console.log(machine())
  console.log('round condition | requests/s | cores of the service | us of CPU a request | observed')
  const names = Object.keys(conditions)
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(round + i) % names.length]
      const result = await measure(conditions[name], seconds, connections)
      results[name].push(result)
      const { rps, cores, usEach, observed } = result
      console.log(`${round} ${name} | ${rps.toFixed(0)} | ${cores.toFixed(2)} | ${usEach.toFixed(1)} | ${observed}`)
    }
  }
  const ratios = (name) => results[name].map(({ rps }, round) => rps / results.bare[round].rps)
  const loss = (name) => 1 - median(ratios(name))
  console.log(`bare: ${median(results.bare.map(({ rps }) => rps)).toFixed(0)} requests/s`)
  console.log(`agent: ${percentOver(ratios('agent'))} throughput`)
  console.log(`otel: ${percentOver(ratios('otel'))} throughput`)
  console.log(`loss of the agent / loss of OpenTelemetry: ${(loss('agent') / loss('otel')).toFixed(2)}, bar 0.5`)
}

async function measure(start, seconds, connections) {
  const service = await start()
  await saturate({ url: service.url, connections, seconds: WARM_UP_SECONDS })
  const cpuBefore = service.cpuMs()
  const { requests, rps, ...run } = await saturate({ url: service.url, connections, seconds })
  const cpuMs = service.cpuMs() - cpuBefore
  const { spans } = await (await fetch(`${service.url}/spans`)).json()
  const observed = spans === null ? service.recordedRequests() : spans
  await service.stop()
  return { rps, cores: cpuMs / 1000 / run.seconds, usEach: (cpuMs * 1000) / requests, observed }
}

function serve(kind) {
  const spans = kind === 'otel' ? instrument() : () => null
  // After the instrumentation, which hooks into require.
  const http = require('node:http')
  const server = http.createServer((request, response) => {
    if (request.url === '/spans') return response.end(JSON.stringify({ spans: spans() }))
    response.writeHead(200, { 'content-length': 2 }).end('ok')
  })
  server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`))
  process.on('SIGTERM', () => process.exit())
}

/** Returns what counts the spans that were exported. */
function instrument() {
  const { registerInstrumentations } = require('@opentelemetry/instrumentation')
  const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
  const { BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base')
  const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node')
  let exported = 0
  const exporter = {
    export(spans, done) {
      exported += spans.length
      done({ code: 0 })
    },
    shutdown: async () => {},
    forceFlush: async () => {},
  }
  const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] })
  provider.register()
  registerInstrumentations({ tracerProvider: provider, instrumentations: [new HttpInstrumentation()] })
  return () => exported
}
