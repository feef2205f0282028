import { expect, test } from 'vitest'
import { batchPage } from '../../cli/recording/plan-pages.js'
import { planBatch } from '../../core/sim/plan/batch.js'
import { usePages } from './report-page.js'

const open = usePages()
const html = batchPage(
  planBatch({
    overheadMs: 6,
    perItemMs: 4,
    rate: 150,
    devices: 1,
    slaP95Ms: 120,
    maxBatches: [4, 8, 16],
    maxWaitsMs: [0, 20],
    seed: 1,
  }),
)

test.each([
  ['light', 1280],
  ['dark', 390],
] as const)('a plan opens without a complaint, %s at %i pixels', async (colorScheme, width) => {
  const { page, complaints } = await open(html, { colorScheme, viewport: { width, height: 900 } })
  expect(await page.locator('h1').textContent()).toContain('max_batch')
  expect(await page.locator('.unavailable').allTextContents()).toEqual([])
  expect(await page.locator('#p95 path.line').count()).toBe(2)
  expect(await page.locator('#p95 line.sla').count()).toBe(1)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  expect(complaints).toEqual([])
})

test('the keyboard opens the table behind the chart', async () => {
  const { page, complaints } = await open(html)
  const summary = page.locator('#p95 summary')
  await summary.focus()
  await page.keyboard.press('Enter')
  expect(await page.locator('#p95 tbody tr').count()).toBeGreaterThan(2)
  expect(await page.locator('#p95 tbody tr').first().isVisible()).toBe(true)
  expect(complaints).toEqual([])
})

test('pointing at a part of a simulated bar tells its value', async () => {
  const { page } = await open(html)
  await page.locator('#stages [data-stage="model"]').first().hover()
  expect(await page.locator('#tip').textContent()).toContain('model')
})
