import { expect, test } from 'vitest'
import { renderReport } from '../../viz/index.js'
import { usePages } from './report-page.js'
import { sampleCharts } from './sample-charts.js'
import { diagnosisWithFixes } from './sample-fixes.js'

const open = usePages()
const report = () => renderReport({ diagnosis: diagnosisWithFixes(), charts: sampleCharts() })

test('each fix has a bar over its interval, the best first, coloured by whether it meets the SLA', async () => {
  const { page, complaints } = await open(report())
  const bars = page.locator('#fixes svg.interval')
  expect(await bars.evaluateAll((all) => all.map((one) => one.getAttribute('class')))).toEqual([
    'interval meets',
    'interval may-meet',
    'interval',
  ])
  const sections = await page.locator('#fixes').textContent()
  expect(sections).toContain('has a p95 0.8\u00a0%\u00a0below the measured one')
  expect(sections).toContain('1\u00a0proposal more cannot be simulated')
  expect(await page.locator('#fixes b').count()).toBe(0)
  expect(complaints).toEqual([])
})

test('a bar ends where its interval ends, on the scale of the axis below', async () => {
  const { page } = await open(report())
  const boxOf = async (selector: string) => (await page.locator(`#fixes ${selector}`).first().boundingBox())!
  const [sla, mark, bar] = [await boxOf('line.sla'), await boxOf('line.prediction'), await boxOf('rect.span')]
  const left = (await boxOf('svg.interval')).x
  expect((mark.x - left) / (sla.x - left)).toBeCloseTo(41 / 120, 2)
  expect((bar.x - left) / (sla.x - left)).toBeCloseTo(38 / 120, 2)
  expect((bar.x + bar.width - left) / (sla.x - left)).toBeCloseTo(47 / 120, 2)
})

test('pointing at a bar tells its prediction', async () => {
  const { page, complaints } = await open(report())
  await page.locator('#fixes svg.interval').nth(1).hover()
  expect(await page.locator('#tip').textContent()).toBe('p95 118\u00a0ms, 95 % interval 104 to 133\u00a0ms')
  expect(complaints).toEqual([])
})

test.each([1440, 1100])(
  'at %i pixels every link of the navigation is in sight, and leads to its section',
  async (width) => {
    const { page, complaints } = await open(report(), { viewport: { width, height: 900 } })
    const links = page.locator('nav a')
    for (const link of await links.all()) {
      const box = (await link.boundingBox())!
      expect(box.x + box.width).toBeLessThanOrEqual(width)
      expect(await page.locator(`[id="${(await link.getAttribute('href'))!.slice(1)}"]`).count()).toBe(1)
    }
    await links.first().focus()
    await page.keyboard.press('Enter')
    expect(page.url()).toMatch(/#fixes$/)
    expect(complaints).toEqual([])
  },
)
