import http from 'node:http'

// Each request stops the event loop for 400 ms.
const server = http.createServer((_req, res) => {
  for (const until = performance.now() + 400; performance.now() < until; );
  res.end('done')
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.once('SIGTERM', () => server.close().closeAllConnections())
