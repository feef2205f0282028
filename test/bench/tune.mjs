// How long `infer-diag tune` takes on a generated recording of the mini-challenge, the process start included. Build first.
// usage: node test/bench/tune.mjs [--seconds 60] [--rounds 5] [--dir <recording>]
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '5' },
    dir: { type: 'string' },
  },
})
const parent = options.dir === undefined ? mkdtempSync(join(tmpdir(), 'infer-diag-tune-')) : null
const directory = options.dir ?? join(parent, 'recording')
if (parent !== null) await generate(directory)

const times = []
let found
for (let round = 0; round < Number(options.rounds); round++) {
  const startMs = performance.now()
  const child = spawnSync(process.execPath, [join(dist, 'cli/main.js'), 'tune', directory, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  times.push((performance.now() - startMs) / 1000)
  if (child.status !== 0) throw new Error(child.stderr)
  found = JSON.parse(child.stdout)
}
times.sort((a, b) => a - b)
const { predictions, recommended, baseline } = found
console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}`)
console.log(
  `${baseline.replayedRequests} requests replayed, ${predictions.length} changes, best pair ${recommended.at(-1)?.changes.join(' ')}: ` +
    `median ${times[times.length >> 1].toFixed(2)} s, ${times[0].toFixed(2)} to ${times.at(-1).toFixed(2)} s of ${times.length} rounds (bar 10 s)`,
)
if (parent !== null) rmSync(parent, { recursive: true })

async function generate(dir) {
  const load = (path) => import(join(dist, path))
  const { JournalEmitter } = await load('fixtures/recordings/journal-emitter.js')
  const { synthesize } = await load('fixtures/recordings/synthetic.js')
  const { sealRecording, writeMeta } = await load('formats/index.js')
  const recording = synthesize({ durationMs: 1000 * Number(options.seconds), profile: false })
  const emitter = new JournalEmitter(dir, recording)
  emitter.add(recording, { ms: 0, idleMs: 0 })
  emitter.close()
  await writeMeta(dir, recording.meta)
  await sealRecording(dir)
}
