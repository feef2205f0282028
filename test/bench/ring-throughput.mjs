// Stage spans at a steady rate through the ring into the journal, and whether every one of them arrived.
// Needs `npm run build`. Prints JSON; `--rate 200000 --seconds 12`. Exits 1 when anything was dropped.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '200000' },
    seconds: { type: 'string', default: '12' },
    produce: { type: 'boolean', default: false },
  },
})
const rate = Number(values.rate)
const spans = rate * Number(values.seconds)
if (values.produce) await produce()
else await verify()

// Every millisecond, the spans that are due by the absolute schedule.
async function produce() {
  const { stage } = await import('infer-diag/agent')
  const startMs = performance.now()
  let written = 0
  while (written < spans) {
    const due = Math.min(spans, Math.floor(((performance.now() - startMs) * rate) / 1000))
    for (; written < due; written += 1) stage('produced', () => written)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  const { user, system } = process.cpuUsage()
  console.log(JSON.stringify({ seconds: (performance.now() - startMs) / 1000, cpuSeconds: (user + system) / 1e6 }))
}

async function verify() {
  const { openRecording } = await import('../../dist/formats/index.js')
  const directory = mkdtempSync(join(tmpdir(), 'infer-diag-ring-'))
  try {
    const args = [fileURLToPath(import.meta.url), '--produce', '--rate', values.rate, '--seconds', values.seconds]
    const env = { ...process.env, INFER_DIAG_DIR: directory, INFER_DIAG_SAMPLERS: 'off' }
    const { stdout } = spawnSync(process.execPath, args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const produced = JSON.parse(stdout)
    const recording = await openRecording(directory)
    const stage = recording.stages.indexOf('produced')
    const recorded = recording.spans.stage.subarray(0, recording.spans.count).filter((each) => each === stage).length
    const dropped = recording.gaps.reduce((sum, gap) => sum + gap.count, 0)
    const spansPerSecond = spans / produced.seconds
    console.log(JSON.stringify({ node: process.version, spans, recorded, dropped, spansPerSecond, ...produced }))
    process.exitCode = recorded === spans && dropped === 0 ? 0 : 1
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
