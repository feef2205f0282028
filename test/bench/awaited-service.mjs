// A service that works on its event loop and then awaits a timer in a stage; on SIGTERM it prints how long its timers were.
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { stage } from 'infer-diag/agent'

const { values: options } = parseArgs({
  options: { port: { type: 'string' }, 'work-ms': { type: 'string' }, awaits: { type: 'string' } },
})
const LENGTHS_MS = {
  constant: () => 20,
  exponential: () => 2 - 15 * Math.log(1 - Math.random()),
  'two-kinds': () => (Math.random() < 0.5 ? 3 : 40),
}
const lengthMs = LENGTHS_MS[options.awaits]
const awaitedMs = []

createServer(async (request, response) => {
  for await (const _ of request);
  stage('work', () => spin(Number(options['work-ms']) * (0.5 + Math.random())))
  const ms = lengthMs()
  awaitedMs.push(ms)
  await stage('lookup', () => new Promise((resolve) => setTimeout(resolve, ms)))
  response.end('ok')
}).listen(Number(options.port), '127.0.0.1')

process.on('SIGTERM', () => {
  console.log(`awaited ${awaitedMs.reduce((sum, ms) => sum + ms, 0) / awaitedMs.length} ms`)
  process.exit(0)
})

function spin(ms) {
  const endMs = performance.now() + ms
  while (performance.now() < endMs);
}
