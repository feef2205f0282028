// How often starting a CPU profile leaves the service hanging: records the reference service with binary bodies, whose heap grows
// quickly, and asks it for its metrics meanwhile. docs/decisions/0008: before the profiler was primed, 6 of 23 hung.
// usage: npm run build && node test/bench/profiler-start.mjs [recordings]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../dist/fixtures/scenarios/free-port.js'
import { requestBody } from '../../dist/fixtures/scenarios/request-body.js'
import { serviceCommand } from '../../dist/fixtures/scenarios/trial-service.js'

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const SERVICE = { device: 'simulated', maxBatch: 8, maxWaitMs: 0, overheadMs: 5.3, perItemMs: 3.4 }
const FLOATS = 130_000
const PATIENCE_MS = 1200
/** A busy moment of the machine is no hang. */
const UNANSWERED = 3

const scratch = mkdtempSync(join(tmpdir(), 'infer-diag-bench-'))
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }))
const { bytes, headers } = requestBody('binary', FLOATS)
const body = join(scratch, 'body')
writeFileSync(body, bytes)

const recordings = Number(process.argv[2] ?? 20)
let hung = 0
for (let k = 0; k < recordings; k++) if (await hangs()) hung++
console.log(`${hung} of ${recordings} services hung`)

async function hangs() {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const args = [
    ['record', '--force', '--no-report', '--json', '-o', join(scratch, 'recording'), '--url', `${origin}/predict`],
    ['--ready', `${origin}/ready`, '--header', headers[0].join(': '), '--body', body, '--rate', '90'],
    ['--warmup', '4', '--duration', '4', '--', ...serviceCommand({ ...SERVICE, port })],
  ].flat()
  const recorder = spawn(process.execPath, [CLI, ...args], { stdio: 'ignore' })
  const ended = once(recorder, 'exit').then(() => 'ended')
  for (let unanswered = 0; unanswered < UNANSWERED; ) {
    const answered = fetch(`${origin}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) }).then(
      () => true,
      (error) => error.name !== 'TimeoutError',
    )
    unanswered = (await answered) ? 0 : unanswered + 1
    if ((await Promise.race([ended, sleep(300)])) === 'ended') return false
  }
  // It ends the service too, which ignores all but SIGKILL now.
  recorder.kill('SIGINT')
  await ended
  return true
}
