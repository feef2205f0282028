// How long `infer-diag --help` takes, and how much of that is npx: a package that does nothing, started the same way, beside it.
// docs/overhead.md. Rounds in turning order; medians.
// usage: npm run build && node test/bench/help-start.mjs [rounds]
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'infer-diag-bench-'))
const bin = join(project, 'node_modules/.bin')
mkdirSync(join(project, 'node_modules/does-nothing'), { recursive: true })
mkdirSync(bin)
writeFileSync(join(project, 'package.json'), '{ "private": true }')
writeFileSync(join(project, 'node_modules/does-nothing/package.json'), '{ "name": "does-nothing", "version": "1.0.0" }')
writeFileSync(join(project, 'node_modules/does-nothing/main.js'), '#!/usr/bin/env node\n')
chmodSync(join(project, 'node_modules/does-nothing/main.js'), 0o755)
symlinkSync('../does-nothing/main.js', join(bin, 'does-nothing'))
symlinkSync(root, join(project, 'node_modules/infer-diag'))
symlinkSync('../infer-diag/dist/cli/main.js', join(bin, 'infer-diag'))

const STARTS = [
  { name: 'node, an empty script', command: ['node', join(bin, 'does-nothing')] },
  { name: 'node, infer-diag --help', command: ['node', join(bin, 'infer-diag'), '--help'] },
  { name: 'npx does-nothing', command: ['npx', 'does-nothing'] },
  { name: 'npx infer-diag --help', command: ['npx', 'infer-diag', '--help'] },
]

console.log(`${cpus().length} x ${cpus()[0]?.model}, node ${process.version}, load average ${loadavg()[0]?.toFixed(2)}`)
const rounds = Number(process.argv[2] ?? 15)
const seconds = STARTS.map(() => [])
for (let round = -1; round < rounds; round++) {
  for (let k = 0; k < STARTS.length; k++) {
    const at = (k + round + STARTS.length) % STARTS.length
    const took = start(STARTS[at].command)
    // The first round warms the file cache.
    if (round >= 0) seconds[at].push(took)
  }
}
for (const [at, { name }] of STARTS.entries()) {
  const sorted = seconds[at].sort((a, b) => a - b)
  const shown = [sorted[Math.floor(sorted.length / 2)], sorted[0], sorted.at(-1)].map((value) => value.toFixed(3))
  console.log(`${name.padEnd(26)} ${shown[0]} s (${shown[1]} to ${shown[2]})`)
}
rmSync(project, { recursive: true })

function start([file, ...args]) {
  const fromMs = performance.now()
  const { status, stderr } = spawnSync(file, args, { cwd: project, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr}`)
  return (performance.now() - fromMs) / 1000
}
