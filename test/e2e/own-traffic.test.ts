import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { acceptsConnections } from '../../cli/recording/readiness.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { openRecording } from '../../formats/index.js'
import { freePort, type Running, runCli, scratchDirectory, serviceFile, startCli } from './command-line.js'

let directory = ''
beforeAll(() => {
  directory = scratchDirectory()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

type Started = { readonly cli: Running; readonly origin: string }

async function listen(out: string, path: string, ...more: string[]): Promise<Started> {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const args = ['record', '--no-load', '--url', `${origin}${path}`, '--warmup', '0', '-o', out, ...more]
  const cli = startCli([...args, '--', 'node', serviceFile('express.cjs'), String(port)], directory)
  const ended = cli.finished.then(() => true)
  while (!(await acceptsConnections(new URL(origin))) && !(await Promise.race([ended, soon()])));
  return { cli, origin }
}

const soon = () => new Promise<false>((resolve) => setTimeout(resolve, 50, false))

/** Two clients that ask again as soon as they are answered, and now and then something else, until the recorder has ended. */
async function sendUntilDone({ cli, origin }: Started): Promise<void> {
  let done = false
  void cli.finished.then(() => {
    done = true
  })
  const body = JSON.stringify({ input: [1, 2, 3] })
  const headers = { 'content-type': 'application/json' }
  const client = async () => {
    for (let sent = 0; !done; sent++) {
      const post = { method: 'POST', headers, body }
      const answer = await fetch(`${origin}${sent % 4 === 3 ? '/health' : '/predict'}`, post).catch(() => null)
      await answer?.text().catch(() => '')
      if (answer === null) await soon()
    }
  }
  await Promise.all([client(), client()])
}

it('records what others send to the path of the URL, and sends nothing itself', async () => {
  const started = await listen('own', '/predict', '--duration', '3', '--sla', 'p95=500ms', '--json')
  await sendUntilDone(started)
  const { code, stdout, stderr } = await started.cli.finished
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const diagnosis = JSON.parse(stdout) as Diagnosis
  const { meta, requests, routes } = await openRecording(join(directory, 'own'))
  expect(meta).toMatchObject({ load: null, ownTraffic: { path: '/predict', method: null } })
  const asked = Array.from(requests.route.subarray(0, requests.count), (route) => routes[route])
  const predictions = asked.filter((route) => route === 'POST /predict').length
  expect(asked).toContain('POST /health')
  // Requests of the last moment began after the time was up.
  expect(diagnosis.endToEnd.requests).toBeGreaterThan(predictions / 2)
  expect(diagnosis.endToEnd.requests).toBeLessThanOrEqual(predictions)
  expect(diagnosis.headline).toContain('inside the service')
  expect(diagnosis.slaMet).toBe(true)
  const shown = await runCli(['diagnose', 'own'], directory)
  expect(shown.stdout).toMatch(/load +[\d,]+ requests +[\d,.]+\/s, sent by others/)
})

it('says so when nothing came, or nothing for that path', async () => {
  const alone = await listen('alone', '/predict', '--duration', '500ms')
  expect(await alone.cli.finished).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/^error: no request came while it recorded\nhint: send some/),
  })
  const elsewhere = await listen('elsewhere', '/predct', '--duration', '2')
  await sendUntilDone(elsewhere)
  expect(await elsewhere.cli.finished).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/^error: no request for \/predct came after the warm-up; seen: .*POST \/predict/),
  })
})

it('needs the command, and takes nothing that belongs to a load', async () => {
  const url = ['--url', 'http://127.0.0.1:9/predict']
  expect(await runCli(['record', '--no-load', ...url], directory)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: without a load and without a command .*\nhint: give the command/),
  })
  expect(await runCli(['record', '--no-load', '--rate', '5', ...url, '--', 'node', 'x'], directory)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^error: option '--no-load' cannot be used with option '--rate <rps>'\nhint: drop one of the two\n$/,
    ),
  })
})
