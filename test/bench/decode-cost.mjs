/**
 * usage: node test/bench/decode-cost.mjs [--floats 55000] [--pairs 40]
 * What reading a tensor from a raw float32 body takes of what JSON.parse takes, interleaved, as a ratio of medians.
 */
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { floats: { type: 'string', default: '55000' }, pairs: { type: 'string', default: '40' } },
})
const tensor = Float32Array.from({ length: Number(values.floats) }, (_, i) => Math.sin(i))
const json = Buffer.from(JSON.stringify({ tensor: Array.from(tensor, (x) => Number(x.toFixed(6))) }))
const binary = Buffer.from(tensor.buffer)

const fromJson = () => Float32Array.from(JSON.parse(json.toString()).tensor)
// A copy: what arrives from a socket is rarely aligned to four bytes.
const fromBinary = () => new Float32Array(new Uint8Array(binary).buffer)

const timed = (decode) => {
  const from = performance.now()
  decode()
  return performance.now() - from
}
const median = (times) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]

for (let i = 0; i < 10; i++) [fromJson, fromBinary].forEach(timed)
const [jsonMs, binaryMs] = [[], []]
for (let i = 0; i < Number(values.pairs); i++) {
  jsonMs.push(timed(fromJson))
  binaryMs.push(timed(fromBinary))
}
const [a, b] = [median(jsonMs), median(binaryMs)]
console.log(`JSON ${a.toFixed(2)} ms, binary ${b.toFixed(3)} ms: ${(b / a).toFixed(4)} of it`)
