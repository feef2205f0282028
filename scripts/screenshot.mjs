// Makes the picture of the README from a report: what a reader sees first, to the end of the stacked bars.
// usage: npm run build && node dist/cli/main.js demo -o out && node scripts/screenshot.mjs out [docs/images/report.png]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { renderRecording } from '../dist/cli/recording/report.js'
import { openRecording } from '../dist/formats/index.js'
import { launchBrowser } from '../test/browser/find-browser.mjs'

const WIDTH_PX = 1080
const LAST_SECTION = '#stages'

const [recording, image = 'docs/images/report.png'] = process.argv.slice(2)
if (recording === undefined) throw new Error('usage: node scripts/screenshot.mjs <recording> [image.png]')
const scratch = mkdtempSync(join(tmpdir(), 'infer-diag-screenshot-'))
const report = join(scratch, 'report.html')
writeFileSync(report, renderRecording(await openRecording(resolve(recording))))
const browser = await launchBrowser()
try {
  const page = await browser.newPage({ viewport: { width: WIDTH_PX, height: 900 }, colorScheme: 'light' })
  await page.goto(pathToFileURL(report).href)
  const end = await page.locator(`${LAST_SECTION} .legend`).first().boundingBox()
  mkdirSync(dirname(image), { recursive: true })
  await page.screenshot({
    path: image,
    fullPage: true,
    clip: { x: 0, y: 0, width: WIDTH_PX, height: Math.ceil(end.y + end.height + 24) },
  })
} finally {
  await browser.close()
  rmSync(scratch, { recursive: true, force: true })
}
