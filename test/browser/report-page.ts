import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { launchBrowser } from './find-browser.mjs'

/** A report opened from disk with the network off, and everything that it did wrong. */
export type OpenReport = {
  readonly page: Page
  /** Console errors and warnings, uncaught errors, and requests for anything but the file itself. */
  readonly complaints: string[]
  close(): Promise<void>
}

/** Opens reports in one browser for the tests of a file, each closed after its test. */
export function usePages(): (html: string, options?: BrowserContextOptions) => Promise<OpenReport> {
  let browser: Browser
  let opened: OpenReport | undefined
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterEach(async () => {
    await opened?.close()
    opened = undefined
  })
  afterAll(async () => {
    await browser?.close()
  })
  return async (html, options = {}) => {
    opened = await openReport(browser, html, { viewport: { width: 1280, height: 900 }, ...options })
    return opened
  }
}

async function openReport(browser: Browser, html: string, options: BrowserContextOptions = {}): Promise<OpenReport> {
  const directory = await mkdtemp(join(tmpdir(), 'infer-diag-report-'))
  const file = join(directory, 'report.html')
  await writeFile(file, html)
  const url = pathToFileURL(file).href
  const context = await browser.newContext(options)
  const complaints: string[] = []
  await context.route('**/*', async (route) => {
    if (route.request().url().split('#')[0] === url) return route.continue()
    complaints.push(`request: ${route.request().url()}`)
    return route.abort()
  })
  await context.setOffline(true)
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('request', (request) => {
    const wanted = request.url().split('#')[0]
    if (wanted !== url && wanted !== 'data:,') complaints.push(`request: ${wanted}`)
  })
  await page.goto(url)
  return {
    page,
    complaints,
    async close() {
      await context.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
