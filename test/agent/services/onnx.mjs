import http from 'node:http'
import { InferenceSession, Tensor } from 'onnxruntime-node'

// Calls the model on the main thread, as many services do; `model` is a file with a 4-wide input.
const session = await InferenceSession.create(process.argv[2])
const server = http.createServer(async (_req, res) => {
  const { logits } = await session.run({ input: new Tensor('float32', new Float32Array(12), [3, 4]) })
  res.end(String(logits.dims))
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.once('SIGTERM', () => server.close().closeAllConnections())
