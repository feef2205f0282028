// A node:http2 server that also takes HTTP/1.1; its key and certificate come in the environment.
import { createSecureServer } from 'node:http2'

const { KEY: key, CERT: cert } = process.env
const server = createSecureServer({ key, cert, allowHTTP1: true }, async (req, res) => {
  for await (const _ of req);
  res.end(`over ${req.httpVersion}`)
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.once('SIGTERM', () => process.exit(0))
