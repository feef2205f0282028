import http from 'node:http'

// Asks another service, by fetch or by node:http, before it answers.
const other = http.createServer((req, res) => {
  if (req.url === '/reset') req.socket.destroy()
  else setTimeout(() => res.end('other'), 5)
})
other.listen(0, '127.0.0.1')
const server = http.createServer(async (req, res) => {
  const url = `http://127.0.0.1:${other.address().port}`
  if (req.url === '/fetch') res.end(await (await fetch(url)).text())
  else if (req.url === '/reset') await fetch(`${url}/reset`).catch(() => res.writeHead(502).end())
  else http.get(url, (answer) => answer.pipe(res))
})
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`))
process.once('SIGTERM', () => {
  for (const each of [server, other]) each.close().closeAllConnections()
})
