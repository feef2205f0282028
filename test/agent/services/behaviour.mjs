// Prints what a service can observe of node's own behaviour; the same with and without the agent.
import http from 'node:http'

const seen = {}
const server = http.createServer((req, res) => {
  seen.requestListeners = req.eventNames().map(String)
  seen.responseListeners = Object.fromEntries(res.eventNames().map((name) => [String(name), res.listenerCount(name)]))
  seen.ownKeys = [Object.keys(req), Object.keys(res)]
  const events = []
  for (const event of ['finish', 'close', 'prefinish']) res.on(event, () => events.push(`res ${event}`))
  for (const event of ['end', 'close']) req.on(event, () => events.push(`req ${event}`))
  seen.events = events
  seen.badChunk = caught(() => res.end(12))
  seen.writeReturns = res.write('part ')
  seen.endReturnsResponse = res.end('whole', () => events.push('end callback')) === res
  seen.endTwice = res.end() === res
  seen.writeAfterEnd = caught(() => res.setHeader('x', 'y'))
  req.resume()
})
seen.parse = [caught(() => JSON.parse(`${' '.repeat(2000)}{]`)), JSON.parse.name, JSON.parse.length]
seen.parseBuffer = JSON.parse(Buffer.from(JSON.stringify('b'.repeat(3000)))).length
seen.reviver = JSON.parse(JSON.stringify({ a: 1, pad: 'p'.repeat(2000) }), (key, value) => (key === 'a' ? 2 : value)).a
seen.stringify = [JSON.stringify(undefined), JSON.stringify({ a: [1] }, null, 2), JSON.stringify({ a: 1, b: 2 }, ['a'])]
seen.cycle = caught(() => {
  const loop = {}
  loop.loop = loop
  JSON.stringify(loop)
})
server.listen(0, '127.0.0.1', async () => {
  const response = await fetch(`http://127.0.0.1:${server.address().port}/`, { method: 'POST', body: 'some body' })
  seen.status = response.status
  seen.headers = [...response.headers.keys()]
  seen.text = await response.text()
  server.close()
  server.closeAllConnections()
})
process.once('exit', () => console.log(JSON.stringify(seen)))

function caught(fn) {
  try {
    return fn()
  } catch (error) {
    return `${error.name} ${error.code} ${error.message}`
  }
}
