import { expect, test } from 'vitest'
import { renderTuningOf } from '../../cli/recording/report.js'
import { factsOf } from '../../core/facts/fact.js'
import { tune } from '../../core/sim/tune/tune.js'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { usePages } from './report-page.js'

const open = usePages()
const recording = synthesize({ profile: false, durationMs: 15_000, rate: 210 })
const tuning = tune(factsOf(recording))
if ('withheld' in tuning) throw new Error(tuning.withheld)
const html = renderTuningOf(recording, tuning)

test.each([
  ['light', 1280],
  ['dark', 390],
] as const)('what tune found opens without a complaint, %s at %i pixels', async (colorScheme, width) => {
  const { page, complaints } = await open(html, { colorScheme, viewport: { width, height: 900 } })
  expect(await page.locator('h1').textContent()).toMatch(/: p95 .* instead of /)
  expect(await page.locator('#changes svg.interval').count()).toBe(
    tuning.predictions.filter(({ p95IntervalMs }) => p95IntervalMs !== null).length,
  )
  // Wide tables scroll in their own box, the page does not.
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
  expect(complaints).toEqual([])
})

test('the surface holds every pair of batch size and wait, and outlines the setting as recorded', async () => {
  const { page } = await open(html)
  const { maxBatches, maxWaitsMs } = tuning.surface!
  expect(await page.locator('#surface-1 td').count()).toBe(maxBatches.length * maxWaitsMs.length)
  expect(await page.locator('#surface-1 td.current').count()).toBe(1)
  const cell = page.locator('#surface-1 tbody tr').nth(maxBatches.indexOf(8)).locator('td').nth(maxWaitsMs.indexOf(8))
  expect(await cell.getAttribute('class')).toContain('current')
})

test('pointing at a bar tells its prediction, and the keyboard reaches the surface', async () => {
  const { page, complaints } = await open(html)
  await page.locator('#changes svg.interval').first().hover()
  expect(await page.locator('#tip').textContent()).toMatch(/^p95 .* 95 % interval /)
  for (let i = 0; i < 5; i += 1) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate('document.activeElement.getAttribute("aria-label")')) === 'p95 by batch size and wait')
      break
  }
  expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('p95 by batch size and wait')
  expect(complaints).toEqual([])
})
