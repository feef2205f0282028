// Generates a recording of a million requests, writes its report, and opens that in Chromium, each time in a browser of its own
// with the network off: how long until every script has run and a frame is drawn, and until a part of the bars that the mouse
// points at has its tooltip.
// Build first.
// usage: node test/bench/report-opening.mjs [--requests 1000000] [--dir <recording made before>] [--rounds 5]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { launchBrowser } from '../browser/find-browser.mjs'

const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
const { values: options } = parseArgs({
  options: {
    requests: { type: 'string', default: '1000000' },
    dir: { type: 'string' },
    rounds: { type: 'string', default: '5' },
  },
})

const scratch = mkdtempSync(join(tmpdir(), 'infer-diag-opening-'))
try {
  const recording = options.dir ?? join(scratch, 'recording')
  if (options.dir === undefined) {
    const generator = join(dist, 'fixtures/recordings/generate-large.js')
    execFileSync(process.execPath, [generator, recording, '--requests', options.requests], { stdio: 'inherit' })
  }
  const report = join(scratch, 'report.html')
  execFileSync(process.execPath, [join(dist, 'cli/main.js'), 'report', recording, '-o', report], { stdio: 'inherit' })
  const rounds = []
  for (let round = 0; round < Number(options.rounds); round++) rounds.push(await open(pathToFileURL(report).href))
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}, Chromium ${rounds[0].version}`)
  console.log(`report of ${(statSync(report).size / 1e6).toFixed(2)} MB, ${rounds.length} times, median (worst):`)
  for (const [name, of] of [
    ['drawn, every script has run', (one) => one.drawnMs],
    ['answers the mouse', (one) => one.answeredMs],
  ]) {
    const sorted = rounds.map(of).sort((a, b) => a - b)
    console.log(`  ${name}: ${seconds(sorted[Math.floor(sorted.length / 2)])} (${seconds(sorted.at(-1))}); bar 2 s`)
  }
} finally {
  rmSync(scratch, { recursive: true })
}

async function open(url) {
  const browser = await launchBrowser()
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    await context.setOffline(true)
    const page = await context.newPage()
    const startMs = performance.now()
    await page.goto(url)
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    const drawnMs = performance.now() - startMs
    await page.locator('.bar [data-stage]').first().hover()
    await page.locator('#tip').waitFor({ state: 'visible' })
    return { drawnMs, answeredMs: performance.now() - startMs, version: browser.version() }
  } finally {
    await browser.close()
  }
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`
}
