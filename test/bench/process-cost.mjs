// For the benchmarks: a service as a child process, what it costs in CPU, and how to put results of pairs together.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { KIND, RECORD_BYTES } from '../../dist/core/model/journal-layout.js'

const CLOCK_TICKS_PER_SECOND = 100

/** Starts it and waits for its "listening on <url>". `recording`: a directory of its own, gone when it is stopped. */
export async function startService([file, ...args], environmentFor = () => process.env, stderr = 'inherit') {
  const recording = mkdtempSync(join(tmpdir(), 'infer-diag-bench-'))
  const child = spawn(file, args, { env: environmentFor(recording), stdio: ['ignore', 'pipe', stderr] })
  const exited = once(child, 'exit')
  for await (const line of createInterface(child.stdout)) {
    const url = /^listening on (\S+)$/.exec(line)?.[1]
    if (url === undefined) continue
    return {
      url,
      pid: child.pid,
      cpuMs: () => cpuMs(child.pid),
      recordedRequests: () => countRequests(recording),
      async stop() {
        child.kill('SIGTERM')
        await exited
        rmSync(recording, { recursive: true, force: true })
      },
    }
  }
  throw new Error(`${file} ${args.join(' ')} ended before it listened`)
}

/** User and system time of all threads, ended ones too. Counted in ticks of 10 ms. */
function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / CLOCK_TICKS_PER_SECOND
}

function countRequests(directory) {
  let requests = 0
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.idj'))) {
    const bytes = readFileSync(join(directory, name))
    for (let at = RECORD_BYTES; at < bytes.length; at += RECORD_BYTES) if (bytes[at] === KIND.request) requests++
  }
  return requests
}

export function machine() {
  return `${cpus().length} x ${cpus()[0]?.model}, node ${process.version}, load average ${loadavg()[0]?.toFixed(2)}`
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}

/** "+1.2 % (-0.3 to +2.5)": the median of the ratios less one, and their range. */
export function percentOver(ratios) {
  const percent = (ratio) => `${ratio >= 1 ? '+' : ''}${((ratio - 1) * 100).toFixed(1)}`
  return `${percent(median(ratios))} % (${percent(Math.min(...ratios))} to ${percent(Math.max(...ratios))})`
}
