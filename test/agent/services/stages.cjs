const http = require('node:http')
const { batch, configure, enqueue, gauge, stage } = require('infer-diag/agent')
const answers = import('./stage-answers.mjs')

configure({ name: 'stages', maxBatch: 4, maxWaitMs: 2 })
gauge('device.utilization', 0.5, { instance: 'accelerator', simulated: true })
const server = http.createServer((req, res) => {
  answers.then(({ answer }) => answer(req, { batch, enqueue, stage })).then((value) => res.end(JSON.stringify(value)))
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.once('SIGTERM', () => server.close().closeAllConnections())
