// A plain node:http service that has never heard of infer-diag. Flags: --status N, --delay-ready MS, --cpu MS.
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    status: { type: 'string', default: '200' },
    'ready-after': { type: 'string', default: '0' },
    'crash-after': { type: 'string' },
  },
})
const startedMs = performance.now()
let served = 0

const server = createServer(async (request, response) => {
  if (request.url === '/ready') {
    response.writeHead(performance.now() - startedMs < Number(values['ready-after']) ? 503 : 200).end()
    return
  }
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  served += 1
  if (served === Number(values['crash-after'])) throw new Error('the model is on fire')
  response.writeHead(Number(values.status), { 'content-type': 'application/json' })
  response.end(JSON.stringify({ bytes: body.length, sum: sum(body) }))
})
server.listen(Number(values.port), '127.0.0.1', () => console.log('listening'))

function sum(body) {
  return body.length === 0 ? 0 : (JSON.parse(body.toString()).input ?? []).reduce((total, x) => total + x, 0)
}
