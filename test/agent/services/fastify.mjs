import Fastify from 'fastify'

const app = Fastify({ bodyLimit: 10_000_000 })
app.post('/predict', async (req) => {
  await new Promise((resolve) => setTimeout(resolve, 2))
  return req.body.map((x) => x * 2)
})
app.listen({ port: 0, host: '127.0.0.1' }).then(() => console.log(`listening ${app.server.address().port}`))
process.once('SIGTERM', () => {
  app.server.closeAllConnections()
  app.close()
})
