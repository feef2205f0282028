// How late the load generator sends, and what that costs in CPU: docs/load.md. Linux. The last column says how many cores
// other processes used meanwhile: the figures are those of the load generator only where that is near 0.
// usage: npm run build && node test/bench/send-lag.mjs [seconds per case]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runLoad } from '../../dist/load/index.js'

if (process.argv[2] === 'serve') {
  const server = createServer((request, response) => request.resume().on('end', () => response.end('ok')))
  server.listen(0, '127.0.0.1', () => process.send(server.address().port))
  process.on('disconnect', () => process.exit())
} else {
  await bench(Number(process.argv[2] ?? 20) * 1000)
}

async function bench(durationMs) {
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, node ${process.version}, load average ${loadavg()[0]?.toFixed(2)}`,
  )
  console.log('rate body senders | lag p50 p99 max ms | p95 ms | CPU cores, us/request | loop busy | void | others')
  const service = fork(new URL(import.meta.url), ['serve'])
  const [port] = await once(service, 'message')
  for (const load of [
    { rate: 200, bodyBytes: 450_000 },
    { rate: 2000, bodyBytes: 1000 },
    { rate: 4000, bodyBytes: 1000 },
    { rate: 8000, bodyBytes: 1000 },
    { rate: 10_000, bodyBytes: 1000 },
    { rate: 10_000, bodyBytes: 1000, senders: 2 },
  ]) {
    report(load, await measure(service.pid, `http://127.0.0.1:${port}/predict`, durationMs, load))
  }
  service.disconnect()
}

async function measure(servicePid, url, durationMs, { rate, bodyBytes, senders = 1 }) {
  const dir = mkdtempSync(join(tmpdir(), 'infer-diag-bench-'))
  const marks = []
  const outcome = await runLoad(
    {
      url,
      method: 'POST',
      headers: [['content-type', 'application/octet-stream']],
      body: Buffer.alloc(bodyBytes, 'x'),
      rate,
      arrivals: 'poisson',
      seed: 1,
      warmupMs: 3000,
      durationMs,
      dir,
      senders,
    },
    ({ phase, completed }) => {
      if (phase === 'measured') marks.push({ atMs: performance.now(), completed, ...cpuMs(servicePid) })
    },
  )
  rmSync(dir, { recursive: true })
  const [first, last] = [marks[0], marks.at(-1)]
  const wallMs = last.atMs - first.atMs
  const clientMs = last.clientMs - first.clientMs
  return {
    outcome,
    cores: clientMs / wallMs,
    usEach: (clientMs * 1000) / (last.completed - first.completed),
    otherCores: (last.hostMs - first.hostMs - clientMs - (last.serviceMs - first.serviceMs)) / wallMs,
  }
}

/** CPU time so far, of this process, of the service and of the whole host. */
function cpuMs(servicePid) {
  const TICK_MS = 10 // USER_HZ is 100 on every Linux port that Node supports
  const { user, system } = process.cpuUsage()
  const ofService = readFileSync(`/proc/${servicePid}/stat`, 'utf8').split(') ')[1].split(' ')
  const [, , userTicks, nice, systemTicks, , , irq, softirq] = readFileSync('/proc/stat', 'utf8').split(/\s/, 9)
  return {
    clientMs: (user + system) / 1000,
    serviceMs: (Number(ofService[11]) + Number(ofService[12])) * TICK_MS,
    hostMs: [userTicks, nice, systemTicks, irq, softirq].reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS,
  }
}

function report({ rate, bodyBytes }, { outcome, cores, usEach, otherCores }) {
  const ms = (value) => value.toFixed(2)
  console.log(
    [
      `${rate} ${bodyBytes} ${outcome.senders}`,
      `${ms(outcome.sendLagP50Ms)} ${ms(outcome.sendLagP99Ms)} ${ms(outcome.sendLagMaxMs)}`,
      ms(outcome.latencyP95Ms),
      `${cores.toFixed(2)} ${usEach.toFixed(0)}`,
      `${(outcome.senderLoopBusyFraction * 100).toFixed(0)} %`,
      outcome.void?.reason ?? '-',
      `${otherCores.toFixed(2)} cores`,
    ].join(' | '),
  )
}
