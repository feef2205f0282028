// What clinic doctor, 0x and infer-diag say about faults that npm run accuracy makes, side by side.
// They are installed apart, never into this package:
//   npm install --prefix <dir> --ignore-scripts clinic@13 0x@6
// What infer-diag says comes from the recordings that npm run accuracy keeps, of the same cases.
// usage: npm run build && node test/bench/peer-verdicts.mjs <dir> --kept out/accuracy/seed-<n> [case id ...] [--write docs/accuracy.md]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { CASES } from '../../dist/fixtures/accuracy/cases/index.js'
import { withSection } from '../../dist/fixtures/accuracy/generated-section.js'
import { jsonFloatsPerMs } from '../../dist/fixtures/accuracy/json-length.js'
import { runDirectory } from '../../dist/fixtures/accuracy/kept-run.js'
import { startSurroundings } from '../../dist/fixtures/accuracy/surroundings.js'
import { verdictOn } from '../../dist/fixtures/accuracy/verdict.js'
import { freePort } from '../../dist/fixtures/scenarios/free-port.js'
import { requestBody } from '../../dist/fixtures/scenarios/request-body.js'
import { serviceCommand } from '../../dist/fixtures/scenarios/trial-service.js'
import { openRecording } from '../../dist/formats/index.js'
import { runLoad } from '../../dist/load/index.js'

const LOAD = { warmupMs: 1000, durationMs: 6000, seed: 5 }
const TOP = 3

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'string' }, kept: { type: 'string' } },
})
const [peers, ...ids] = positionals
if (peers === undefined) throw new Error('the directory with clinic and 0x is wanted')
if (values.kept === undefined) throw new Error('--kept with the recordings of npm run accuracy is wanted')
const require = createRequire(join(resolve(peers), 'package.json'))
const floatsPerMs = jsonFloatsPerMs()

const rows = []
for (const one of ids.length > 0 ? ids.map(caseOf) : oneOfEachFault()) {
  const row = `| \`${one.id}\` | ${await under(one, doctor)} | ${await under(one, zeroX)} | ${await ours(one)} |`
  process.stderr.write(`${row}\n`)
  rows.push(row)
}
const versions = ['clinic', '0x'].map((name) => `${name} ${versionOf(name)}`)
const section = [
  '## Other tools on the same faults',
  '',
  `${versions.join(' and ')}, Node ${process.versions.node}, by test/bench/peer-verdicts.mjs. clinic doctor names one category; 0x draws a`,
  'flame graph, of which the functions with the most samples of their own stand here.',
  '',
  '| case | clinic doctor | 0x: most samples | infer-diag: culprit |',
  '| --- | --- | --- | --- |',
  ...rows,
].join('\n')
console.log(section)
if (values.write !== undefined) {
  const text = existsSync(values.write) ? readFileSync(values.write, 'utf8') : '# Accuracy\n'
  writeFileSync(values.write, withSection(text, 'peer verdicts', section))
}

function caseOf(id) {
  const one = CASES.find((each) => each.id === id)
  if (one === undefined) throw new Error(`no case ${id}`)
  return one
}

/** Bursts are left out: they are the load's, not the service's, and no tool that looks at the service alone can see them. */
function oneOfEachFault() {
  const byFault = new Map()
  for (const one of CASES) {
    const { expected, id, load } = one
    if (expected.kind === 'fault' && load.burst === 1 && id.endsWith('/higher')) byFault.set(expected.fault, one)
  }
  return [...byFault.values()]
}

/** Runs the case's service under `tool`, loads it, ends it, and gives what the tool concluded. */
async function under(one, tool) {
  const dir = mkdtempSync(join(tmpdir(), 'peer-verdicts-'))
  const port = await freePort()
  const around = await startSurroundings(one, port)
  if ('impossible' in around) return around.impossible
  try {
    const command = serviceCommand({ ...one.service, ...around.service, port })
    return await tool(dir, around.wrap, command, async () => {
      await ready(`http://127.0.0.1:${port}/ready`)
      const { body, rate } = one.load
      const floats = body.encoding === 'json' ? Math.round(body.decodeMs * floatsPerMs) : body.floats
      const { bytes, headers } = requestBody(body.encoding, floats)
      const url = `${around.origin}/predict`
      await runLoad({
        ...LOAD,
        url,
        method: 'POST',
        headers,
        body: bytes,
        rate,
        arrivals: 'poisson',
        dir: join(dir, 'load'),
      })
    })
  } catch (error) {
    return `failed: ${error.message}`
  } finally {
    await around.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function ours(one) {
  const recording = join(runDirectory(values.kept, one.id), 'recording')
  return verdictOn(await openRecording(recording)).culprit ?? 'none'
}

async function doctor(dir, wrap, command, load) {
  const clinic = require.resolve('@clinic/doctor')
  const collect = `const D = require(${JSON.stringify(clinic)}); new D({}).collect(process.argv.slice(1), (error, path) => { if (error) throw error; console.log('collected ' + path) })`
  const output = await tracked(
    wrap([process.execPath, '-e', collect, '--', ...command]),
    dir,
    { NO_INSIGHT: '1' },
    load,
  )
  const path = /^collected (.+)$/m.exec(output)?.[1]
  if (path === undefined) return 'no data collected'
  const { getLoggingPaths } = require('@clinic/clinic-common')
  const paths = getLoggingPaths('doctor')({ path: join(dir, path) })
  const [Analysis, SystemInfo, TraceEvent, ProcessStat] = [
    'analysis/index',
    'format/system-info-decoder',
    'format/trace-event-decoder',
    'format/process-stat-decoder',
  ].map((file) => require(join(clinic, '..', file)))
  const { createReadStream } = await import('node:fs')
  const system = createReadStream(paths['/systeminfo']).pipe(new SystemInfo())
  const trace = createReadStream(paths['/traceevent']).pipe(new TraceEvent(system))
  const stat = createReadStream(paths['/processstat']).pipe(new ProcessStat())
  // Its decoders throw out of the stream's own events.
  const unreadable = new Promise((resolve) => {
    process.once('uncaughtException', () => resolve('data that it cannot read itself'))
  })
  const said = await Promise.race([unreadable, firstCategory(new Analysis(system, trace, stat))])
  process.removeAllListeners('uncaughtException')
  return said
}

async function firstCategory(analysis) {
  for await (const { issueCategory } of analysis) return issueCategory
  return 'nothing'
}

async function zeroX(dir, wrap, command, load) {
  const args = [
    process.execPath,
    require.resolve('0x/cmd.js'),
    '--collect-only',
    '--tree-debug',
    '-D',
    join(dir, 'flame'),
    '--',
    ...command,
  ]
  await tracked(wrap(args), dir, {}, load)
  const flame = join(dir, 'flame')
  const file = existsSync(flame) ? readdirSync(flame).find((name) => /^stacks\..*\.json$/.test(name)) : undefined
  if (file === undefined) return 'no flame graph'
  const { merged } = JSON.parse(readFileSync(join(flame, file), 'utf8'))
  const own = new Map()
  count(merged, own)
  const total = [...own.values()].reduce((sum, n) => sum + n, 0)
  const top = [...own].sort((a, b) => b[1] - a[1]).slice(0, TOP)
  return top.map(([name, n]) => `${name.replace(/ .*/, '')} ${Math.round((100 * n) / total)} %`).join(', ')
}

function count({ name, top = 0, children = [] }, own) {
  if (top > 0) own.set(name, (own.get(name) ?? 0) + top)
  for (const child of children) count(child, own)
}

/** Runs a command in a process group of its own, loads what it starts, interrupts the group; resolves with its stdout. */
async function tracked([program, ...args], cwd, env, load) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  let said = ''
  child.stdout.on('data', (chunk) => {
    said += chunk
  })
  const closed = once(child, 'close')
  await load()
  process.kill(-child.pid, 'SIGINT')
  if ((await Promise.race([closed, sleep(60_000, null, { ref: false })])) === null) process.kill(-child.pid, 'SIGKILL')
  await closed
  return said
}

async function ready(url) {
  for (let i = 0; i < 200; i += 1) {
    const response = await fetch(url).catch(() => null)
    if (response?.ok) return
    await sleep(100)
  }
  throw new Error(`${url} was never ready`)
}

function versionOf(name) {
  return JSON.parse(readFileSync(join(peers, 'node_modules', name, 'package.json'), 'utf8')).version
}
