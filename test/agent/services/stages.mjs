import http from 'node:http'
import { batch, configure, enqueue, gauge, stage } from 'infer-diag/agent'
import { answer } from './stage-answers.mjs'

configure({ name: 'stages', maxBatch: 4, maxWaitMs: 2 })
gauge('device.utilization', 0.5, { instance: 'accelerator', simulated: true })
const server = http.createServer((req, res) => {
  answer(req, { batch, enqueue, stage }).then((value) => res.end(JSON.stringify(value)))
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.once('SIGTERM', () => server.close().closeAllConnections())
