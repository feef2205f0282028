const http = require('node:http')
const { InferenceSession, Tensor } = require('onnxruntime-node')

// Calls the model on the main thread, as many services do; `model` is a file with a 4-wide input.
const loading = InferenceSession.create(process.argv[2])
const server = http.createServer(async (_req, res) => {
  const { logits } = await (await loading).run({ input: new Tensor('float32', new Float32Array(12), [3, 4]) })
  res.end(String(logits.dims))
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.once('SIGTERM', () => server.close().closeAllConnections())
