// A Fastify service that has never heard of infer-diag.
import Fastify from 'fastify'

const app = Fastify()
app.post('/predict', async (request) => ({ scores: request.body.input.map((x) => Math.tanh(x)) }))
await app.listen({ port: Number(process.argv[2]), host: '127.0.0.1' })
