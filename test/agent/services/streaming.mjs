// Answers in parts: /tokens one every 5 ms, /large more than a client that is slow to read takes at once, /whole in one go.
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const server = http.createServer(async (req, res) => {
  if (req.url === '/tokens') {
    res.write('')
    await sleep(20)
    for (let i = 0; i < 5; i += 1) {
      res.write(`token ${i}\n`)
      await sleep(5)
    }
    res.end()
  } else if (req.url === '/large') {
    for (let i = 0; i < 64; i += 1) {
      if (!res.write(Buffer.alloc(1_000_000))) await new Promise((resolve) => res.once('drain', resolve))
    }
    res.end()
  } else if (req.url === '/endless') {
    while (!res.destroyed) {
      res.write('more ')
      await sleep(2)
    }
  } else {
    res.write('a')
    res.end('b')
  }
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.once('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
