import http from 'node:http'
import { enqueue, stage } from 'infer-diag/agent'

// Answers after a long while, and says when a client has gone.
const server = http.createServer((req, res) => {
  if (req.url === '/wait') enqueue()
  if (req.url === '/hang') hang(res)
  const timer = setTimeout(() => res.end('late'), 10_000)
  res.on('close', () => {
    clearTimeout(timer)
    console.log('closed')
  })
})

// Ends when the client has gone, for nobody.
async function hang(res) {
  const closed = new Promise((resolve) => res.on('close', () => setTimeout(resolve, 20)))
  await stage('lookup', () => stage('connect', () => closed))
  console.log('ended')
}

server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.once('SIGTERM', () => server.close().closeAllConnections())
