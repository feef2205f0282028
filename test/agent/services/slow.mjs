import http from 'node:http'
import { enqueue, stage } from 'infer-diag/agent'

// Answers after a long while, and says when a client has gone.
const server = http.createServer((req, res) => {
  if (req.url === '/wait') enqueue()
  if (req.url === '/hang') stage('lookup', () => stage('connect', () => new Promise(() => {})))
  const timer = setTimeout(() => res.end('late'), 10_000)
  res.on('close', () => {
    clearTimeout(timer)
    console.log('closed')
  })
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.once('SIGTERM', () => server.close().closeAllConnections())
