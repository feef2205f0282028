// The cheapest HTTP client there is, so that the service is what saturates: each connection sends the same bytes again as
// soon as as many bytes have come back as in its first answer.
// As a program: node closed-loop.mjs '{"url", "connections", "seconds", "body"?: file, "type"?}'; prints requests a second.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'

/** Runs it as a process of its own; resolves with {requests, seconds, rps}. */
export async function saturate(options) {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], { execArgv: [] })
  const [result] = await once(child, 'message')
  await once(child, 'exit')
  return result
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(JSON.parse(process.argv[2]))

async function main({ url, connections, seconds, body, type = 'application/octet-stream' }) {
  const { hostname, port, pathname } = new URL(url)
  const request = requestBytes(`${hostname}:${port}`, pathname, body && readFileSync(body), type)
  const counter = { requests: 0 }
  const sockets = Array.from({ length: connections }, () => keepAsking(Number(port), hostname, request, counter))
  const startMs = performance.now()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const elapsed = (performance.now() - startMs) / 1000
  const result = { requests: counter.requests, seconds: elapsed, rps: counter.requests / elapsed }
  for (const socket of sockets) socket.destroy()
  process.send?.(result, () => process.disconnect())
}

function requestBytes(host, path, body, type) {
  const head = body
    ? `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`
    : `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), body ?? Buffer.alloc(0)])
}

function keepAsking(port, host, request, counter) {
  const socket = connect({ port, host, noDelay: true })
  let answerBytes = Number.NaN
  let got = 0
  let head = ''
  socket.on('connect', () => socket.write(request))
  socket.on('data', (data) => {
    got += data.length
    if (Number.isNaN(answerBytes)) {
      head += data.toString('latin1')
      answerBytes = wholeAnswer(head)
    }
    if (got < answerBytes) return
    if (got > answerBytes) throw new Error(`an answer of ${got} bytes after one of ${answerBytes}`)
    got = 0
    counter.requests++
    socket.write(request)
  })
  socket.on('error', (error) => {
    throw error
  })
  return socket
}

function wholeAnswer(text) {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return Number.NaN
  if (!text.startsWith('HTTP/1.1 200 ')) throw new Error(text.slice(0, text.indexOf('\r\n')))
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text)
  if (!length) throw new Error('the answer has no content-length')
  return end + 4 + Number(length[1])
}
