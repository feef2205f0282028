// A plain node:http service whose time goes into `normalize`, which no stage covers. Flag: the port.
const { createServer } = require('node:http')

const server = createServer((request, response) => {
  request.resume().on('end', () => response.end(String(normalize(request.url.length))))
})
server.listen(Number(process.argv[2]), '127.0.0.1')

// Too long for V8 to inline: it counts the time of what it inlines as the caller's.
function normalize(seed) {
  let [a, b, c, d, e, f, g, h] = [seed, 2, 3, 4, 5, 6, 7, 8]
  for (let i = 0; i < 150_000; i++) {
    a = Math.imul(a ^ (h >>> 15), 0x85ebca6b) + (b ^ (a << 3)) + i
    b = Math.imul(b ^ (a >>> 13), 0xc2b2ae35) + (c ^ (b << 5)) + i
    c = Math.imul(c ^ (b >>> 16), 0x85ebca6b) + (d ^ (c << 7)) + i
    d = Math.imul(d ^ (c >>> 11), 0xc2b2ae35) + (e ^ (d << 2)) + i
    e = Math.imul(e ^ (d >>> 15), 0x85ebca6b) + (f ^ (e << 3)) + i
    f = Math.imul(f ^ (e >>> 13), 0xc2b2ae35) + (g ^ (f << 5)) + i
    g = Math.imul(g ^ (f >>> 16), 0x85ebca6b) + (h ^ (g << 7)) + i
    h = Math.imul(h ^ (g >>> 11), 0xc2b2ae35) + (a ^ (h << 2)) + i
  }
  for (let i = 0; i < 1000; i++) {
    a = Math.imul(a ^ (h >>> 15), 0x85ebca6b) + (b ^ (a << 3)) + i
    b = Math.imul(b ^ (a >>> 13), 0xc2b2ae35) + (c ^ (b << 5)) + i
    c = Math.imul(c ^ (b >>> 16), 0x85ebca6b) + (d ^ (c << 7)) + i
    d = Math.imul(d ^ (c >>> 11), 0xc2b2ae35) + (e ^ (d << 2)) + i
  }
  return (a ^ b ^ c ^ d ^ e ^ f ^ g ^ h) >>> 0
}
