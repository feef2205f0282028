// How late the load generator sends, and what that costs in CPU: docs/load.md. Run it on a machine that is otherwise idle.
// usage: npm run build && node test/bench/send-lag.mjs [seconds per case]
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
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
  console.log('rate body senders | lag p50 p99 max ms | p95 ms | CPU cores, us/request | loop busy | void')
  const service = fork(new URL(import.meta.url), ['serve'])
  const [port] = await once(service, 'message')
  for (const load of [
    { rate: 200, bodyBytes: 450_000 },
    { rate: 2000, bodyBytes: 1000 },
    { rate: 4000, bodyBytes: 1000 },
    { rate: 8000, bodyBytes: 1000 },
  ]) {
    report(load, await measure(`http://127.0.0.1:${port}/predict`, durationMs, load))
  }
  service.disconnect()
}

async function measure(url, durationMs, { rate, bodyBytes, senders = 1 }) {
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
      if (phase === 'measured') marks.push({ atMs: performance.now(), completed, cpu: process.cpuUsage() })
    },
  )
  rmSync(dir, { recursive: true })
  const [first, last] = [marks[0], marks.at(-1)]
  const cpuUs = last.cpu.user + last.cpu.system - first.cpu.user - first.cpu.system
  return { outcome, cores: cpuUs / 1000 / (last.atMs - first.atMs), usEach: cpuUs / (last.completed - first.completed) }
}

function report({ rate, bodyBytes }, { outcome, cores, usEach }) {
  const ms = (value) => value.toFixed(2)
  console.log(
    [
      `${rate} ${bodyBytes} ${outcome.senders}`,
      `${ms(outcome.sendLagP50Ms)} ${ms(outcome.sendLagP99Ms)} ${ms(outcome.sendLagMaxMs)}`,
      ms(outcome.latencyP95Ms),
      `${cores.toFixed(2)} ${usEach.toFixed(0)}`,
      `${(outcome.senderLoopBusyFraction * 100).toFixed(0)} %`,
      outcome.void?.reason ?? '-',
    ].join(' | '),
  )
}
