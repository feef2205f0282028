import http from 'node:http'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { batch, enqueue, handoff, resume, stage } from 'infer-diag/agent'

if (isMainThread) serve()
else work()

function serve() {
  const worker = new Worker(new URL(import.meta.url))
  const waiting = []
  worker.on('message', () => waiting.splice(0).forEach((res) => void res.end('done')))
  let members = []
  const server = http.createServer((_req, res) => {
    waiting.push(res)
    members.push({ ticket: enqueue(), context: handoff() })
    if (members.length < 2) return
    worker.postMessage(members)
    members = []
  })
  server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
  process.once('SIGTERM', () => {
    server.close().closeAllConnections()
    worker.terminate()
  })
}

function work() {
  parentPort.on('message', (members) => {
    for (const { context } of members) resume(context, () => stage('preprocess', () => {}))
    const tickets = members.map(({ ticket }) => ticket)
    batch(tickets, { capacity: 8, device: 'worker-device' }, () => stage('model', () => {}))
    parentPort.postMessage('done')
  })
}
