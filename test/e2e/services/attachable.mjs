// A service with stages of its own, which tells whether anything was changed in its process.
import { createServer, Server } from 'node:http'
import { configure, stage } from 'infer-diag/agent'

configure({ name: 'attachable' })
const native = { parse: JSON.parse, stringify: JSON.stringify }

createServer((request, response) => {
  if (request.url === '/clean') {
    const isClean =
      JSON.parse === native.parse && JSON.stringify === native.stringify && !Object.hasOwn(Server.prototype, 'emit')
    response.end(String(isClean))
    return
  }
  let text = ''
  request.on('data', (chunk) => {
    text += chunk
  })
  request.on('end', () => {
    const { input } = JSON.parse(text)
    response.end(JSON.stringify({ sum: stage('preprocess', () => input.reduce((a, b) => a + b, 0)) }))
  })
}).listen(Number(process.argv[2]), '127.0.0.1')
