const http = require('node:http')

const server = http.createServer((req, res) => {
  let body = ''
  req.on('data', (chunk) => {
    body += chunk
  })
  req.on('end', () => {
    const values = JSON.parse(body)
    setTimeout(() => {
      res.setHeader('content-type', 'application/json')
      res.end(JSON.stringify(values.map((x) => x * 2)))
    }, 2)
  })
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.once('SIGTERM', () => server.close().closeAllConnections())
