import cluster from 'node:cluster'
import http from 'node:http'

if (cluster.isPrimary) {
  const workers = [cluster.fork(), cluster.fork()]
  let ready = 0
  cluster.on('listening', (_worker, { port }) => {
    ready += 1
    if (ready === workers.length) console.log(`listening ${port}`)
  })
  process.once('SIGTERM', () => {
    for (const worker of workers) worker.send('end')
  })
} else {
  const server = http.createServer((_req, res) => res.end(String(process.pid)))
  server.listen(0, '127.0.0.1')
  process.on('message', () => {
    server.close().closeAllConnections()
    cluster.worker.disconnect()
  })
}
