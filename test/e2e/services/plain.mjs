// A plain node:http service that has never heard of infer-diag. Flags: --status N, --ready-after MS, --crash-after REQUESTS.
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
  response.end(JSON.stringify({ scores: scores(body) }))
})
server.listen(Number(values.port), '127.0.0.1', () => console.log('listening'))

function scores(body) {
  return body.length === 0 ? [] : JSON.parse(body.toString()).input.map((x) => Math.tanh(x))
}
