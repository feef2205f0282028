import type { BrowserContextOptions } from 'playwright-core'
import { expect, test } from 'vitest'
import { drawFlameDifference } from '../../core/charts/flame-difference.js'
import { drawCharts } from '../../core/charts/index.js'
import { compareRecordings } from '../../core/compare/index.js'
import { diagnose } from '../../core/diagnose.js'
import type { FlameNode } from '../../core/model/charts.js'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { renderComparison, renderLoadReport, renderReport } from '../../viz/index.js'
import { usePages } from './report-page.js'
import { sampleCharts } from './sample-charts.js'
import { sampleLoad } from './sample-load.js'
import { sampleDiagnosis, sampleReport } from './sample-report.js'

const openPage = usePages()
const open = (html = renderReport(sampleReport()), options?: BrowserContextOptions) => openPage(html, options)

test('the report of a recording opens from disk with the network off and without a complaint', async () => {
  const recording = synthesize({ durationMs: 8000 })
  const html = renderReport({ diagnosis: diagnose(recording), charts: drawCharts(recording) })
  const { page, complaints } = await open(html)
  expect(await page.locator('h1').textContent()).toContain('p95')
  expect(await page.locator('.unavailable').allTextContents()).toEqual([])
  expect(await page.locator('.request').count()).toBe(3)
  expect(await page.locator('.flame-frame').count()).toBeGreaterThan(3)
  expect(complaints).toEqual([])
})

test.each(['light', 'dark'] as const)(
  'the report of a load opens without a complaint, %s and narrow',
  async (colorScheme) => {
    const { page, complaints } = await open(renderLoadReport(sampleLoad()), {
      colorScheme,
      viewport: { width: 390, height: 844 },
    })
    expect(await page.locator('h1').textContent()).toContain('breaks at about 412 requests/s')
    expect(await page.locator('.load-dot.p95').count()).toBe(6)
    expect(await page.locator('.unstable-mark').count()).toBe(1)
    expect(await page.locator('.load-busy').count()).toBeGreaterThan(0)
    expect(await page.locator('script:not([src])', { hasText: 'alert(1)' }).count()).toBe(0)
    // Wide tables scroll in their own box, the page does not.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(complaints).toEqual([])
  },
)

test('the comparison of two recordings opens without a complaint, its bars in pairs on one scale', async () => {
  const [before, after] = [synthesize({ durationMs: 5000 }), synthesize({ durationMs: 5000, parseMs: 0.1 })]
  const comparison = compareRecordings(before, after)
  const charts = { before: drawCharts(before), after: drawCharts(after) }
  const cpu = drawFlameDifference(charts.before.flameGraph, charts.after.flameGraph)
  const { page, complaints } = await open(renderComparison({ comparison, ...charts, cpu }))
  expect(await page.locator('h1').textContent()).toBe(comparison.headline)
  const labels = await page.locator('.bar-label').allTextContents()
  expect(labels.slice(0, 2)).toEqual(['p50 before', 'p50 after'])
  const parse = page.locator('.flame-frame', { hasText: 'parse' }).first()
  expect(await parse.locator('rect').getAttribute('class')).toBe('change-less-3')
  expect(await parse.getAttribute('aria-label')).toMatch(/before .* after .* of CPU a second/)
  await page.getByLabel('Search functions or files').fill('parse')
  expect(await page.locator('.flame-frame.match').count()).toBeGreaterThan(0)
  expect(await page.locator('.unavailable').allTextContents()).toEqual([])
  expect(complaints).toEqual([])
})

test('pointing at a part of a bar, or moving the focus to it, tells its value', async () => {
  const { page, complaints } = await open()
  const part = page.locator('.bar').nth(2).locator('[data-stage="queue"]')
  await part.hover()
  expect(await page.locator('#tip').textContent()).toContain('queue: 20\u00a0ms')
  expect(await part.getAttribute('aria-label')).toContain('queue: 20\u00a0ms')
  await page.mouse.move(2, 2)
  await expect.poll(() => page.locator('#tip').isVisible()).toBe(false)
  await part.focus()
  await page.keyboard.press('Tab')
  expect(await page.locator('#tip').textContent()).toContain('model')
  expect(complaints).toEqual([])
})

test('the parts of every bar are drawn in proportion to their values and add up to its total', async () => {
  const { page } = await open()
  const charts = sampleCharts()
  if (!charts.stackedBars.available) throw new Error('the sample has bars')
  for (const [i, bar] of charts.stackedBars.chart.bars.entries()) {
    const parts = page.locator('.bar').nth(i).locator('.segment')
    let pixels = 0
    let sumMs = 0
    const scales: number[] = []
    for (const part of await parts.all()) {
      const ms = Number(await part.getAttribute('data-ms'))
      const box = await part.locator('rect').boundingBox()
      pixels += box!.width
      sumMs += ms
      if (ms > 5) scales.push(box!.width / ms)
    }
    expect(sumMs).toBeCloseTo(bar.totalMs, 6)
    for (const scale of scales) expect(scale / (pixels / bar.totalMs)).toBeCloseTo(1, 1)
  }
})

test('the flame graph zooms by click and key, searches, and resets', async () => {
  const { page, complaints } = await open()
  const frame = (name: string) => page.locator('.flame-frame', { hasText: name }).first()
  const width = async (name: string) => (await frame(name).boundingBox())!.width
  const before = await width('preprocess')
  await frame('preprocess').click()
  expect(await width('preprocess')).toBeGreaterThan(before * 3)
  expect((await page.locator('.flame-frame[data-tip^="kernel7"]').boundingBox())!.width).toBeGreaterThan(10)
  await page.keyboard.press('Escape')
  expect(await width('preprocess')).toBeCloseTo(before, 0)

  await page.getByLabel('Search functions or files').fill('body.js')
  expect(await page.locator('.flame-graph .result').textContent()).toMatch(/1\sfunction found, 6\d\s?% of CPU time/)
  expect(await page.locator('.flame-frame.match').count()).toBe(1)
  await page.getByLabel('Search functions or files').fill('')
  expect(await page.locator('.flame-frame.match').count()).toBe(0)

  await page.mouse.move(2, 2)
  await page.locator('.flame-frame[tabindex="0"]').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  expect(await page.locator('.flame-detail').textContent()).toContain('handlePredict')
  await page.locator('.flame-graph').getByRole('button', { name: 'Reset' }).click()
  expect(await width('preprocess')).toBeCloseTo(before, 0)
  expect(complaints).toEqual([])
})

test('the overview of the flame graph zooms to the part that is brushed', async () => {
  const { page } = await open()
  await page.locator('.flame-minimap').scrollIntoViewIfNeeded()
  const box = (await page.locator('.flame-minimap').boundingBox())!
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + box.width * 0.86, y)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.99, y, { steps: 4 })
  await page.mouse.up()
  const frame = (await page.locator('.flame-frame', { hasText: 'onread' }).boundingBox())!
  expect(frame.width).toBeGreaterThan(box.width * 0.5)
})

test('brushing the timeline zooms every track, and the crosshair reads them all', async () => {
  const { page, complaints } = await open()
  const strip = page.locator('.time-strip')
  await strip.scrollIntoViewIfNeeded()
  const box = (await strip.boundingBox())!
  const y = box.y + box.height / 2
  await page.mouse.move(box.x + box.width * 0.25, y)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 5 })
  await page.mouse.up()
  const views = await page
    .locator('.track-plot')
    .evaluateAll((plots) => plots.map((plot) => plot.getAttribute('viewBox')?.split(' ').map(Number) ?? []))
  expect(views).toHaveLength(8)
  for (const [from, , span] of views) {
    expect(from / 26_400).toBeCloseTo(0.25, 1)
    expect(span / 26_400).toBeCloseTo(0.25, 1)
  }
  await page.locator('.track-chart').nth(1).hover()
  const values = await page.locator('.track-value').allTextContents()
  expect(values).toHaveLength(8)
  expect(values[1]).toMatch(/\d+.ms · \d+.ms/)
  await page.locator('#timeline-tools').getByRole('button', { name: 'Reset' }).click()
  expect(await page.locator('.track-plot').first().getAttribute('viewBox')).toBe('0 0 26400 56')
  expect(await page.locator('.track-row', { hasText: 'Device busy' }).textContent()).toContain('simulated')
  expect(complaints).toEqual([])
})

test('the crosshair moves with the arrow keys', async () => {
  const { page } = await open()
  await page.locator('#timeline-chart').focus()
  await page.keyboard.press('ArrowRight')
  const first = await page.locator('.track-value').first().textContent()
  await page.keyboard.press('Shift+ArrowRight')
  expect(first).not.toBe('')
  expect(await page.locator('.track-value').first().textContent()).not.toBe(first)
})

for (const width of [375, 1280]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`a page ${width} px wide in ${colorScheme} colours does not scroll sideways`, async () => {
      const { page, complaints } = await open(undefined, { viewport: { width, height: 800 }, colorScheme })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      expect(complaints).toEqual([])
    })
  }
}

test('without JavaScript the headline, the bars, the tables and the charts are there', async () => {
  const { page } = await open(undefined, { javaScriptEnabled: false })
  expect(await page.locator('h1').isVisible()).toBe(true)
  expect(await page.locator('.verdict').textContent()).toContain('Misses its SLA')
  expect((await page.locator('.bar .segment').first().boundingBox())!.width).toBeGreaterThan(1)
  expect(await page.locator('#stage-table tbody tr').count()).toBe(10)
  expect(await page.locator('.track-plot path').count()).toBe(9)
  expect(await page.locator('.histogram .column').count()).toBeGreaterThan(40)
  expect((await page.locator('#flame-graph').boundingBox())!.height).toBeGreaterThan(20)
})

test('names that look like markup are shown as text and do nothing', async () => {
  const evil = '</script><script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">'
  const diagnosis = sampleDiagnosis()
  const charts = sampleCharts()
  if (!charts.flameGraph.available || !charts.timeline.available) throw new Error('the sample has these charts')
  const root = charts.flameGraph.chart.root
  const html = renderReport({
    diagnosis: {
      ...diagnosis,
      headline: evil,
      environment: { ...diagnosis.environment, service: evil, command: [evil] },
      findings: diagnosis.findings.map((finding) => ({ ...finding, id: evil, stage: evil, summary: evil })),
      stages: diagnosis.stages.map((stage) => ({ ...stage, id: evil })),
    },
    charts: {
      ...charts,
      stackedBars: {
        available: true,
        chart: {
          stages: [evil],
          slaMs: null,
          bars: [{ label: evil, percentile: 0.5, totalMs: 5, requests: 3, parts: [{ stage: evil, ms: 5 }] }],
        },
      },
      flameGraph: {
        available: true,
        chart: { ...charts.flameGraph.chart, root: { ...root, name: evil, location: evil, stage: evil } },
      },
      latency: { available: false, reason: evil },
    },
  })
  const { page, complaints } = await open(html)
  expect(await page.title()).toContain(evil)
  expect(await page.locator('h1').textContent()).toBe(evil)
  await page.locator('.segment').first().hover()
  expect(await page.locator('#tip').textContent()).toContain(evil)
  expect(await page.locator('.flame-frame').first().getAttribute('data-tip')).toContain(evil)
  expect(await page.locator('img').count()).toBe(0)
  expect(await page.locator('script').count()).toBe(2)
  expect(complaints).toEqual([])
})

test('ten thousand stages still make a small page that reads', async () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `stage number ${i} of a very chatty service`)
  const sample = sampleDiagnosis()
  const charts = sampleCharts()
  const bar = (label: string, percentile: number) => ({
    label,
    percentile,
    totalMs: 10_000,
    requests: 40,
    parts: names.map((stage) => ({ stage, ms: 1 })),
  })
  const html = renderReport({
    diagnosis: { ...sample, stages: names.map((id) => ({ ...sample.stages[0], id, tailShare: 1e-4 })) },
    charts: {
      ...charts,
      stackedBars: {
        available: true,
        chart: { stages: names, slaMs: 120, bars: [bar('p50', 0.5), bar('p95', 0.95)] },
      },
    },
  })
  expect(html.length).toBeLessThan(1_000_000)
  const { page, complaints } = await open(html, { viewport: { width: 375, height: 800 } })
  const widths = await page
    .locator('.bar')
    .first()
    .locator('.segment')
    .evaluateAll((parts) => parts.map((part) => Number(part.getAttribute('data-ms'))))
  expect(widths.reduce((sum, ms) => sum + ms)).toBeCloseTo(10_000, 6)
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
  expect(complaints).toEqual([])
})

test('a flame graph of five thousand functions stays below 3 MB and draws only what can be seen', async () => {
  const charts = sampleCharts()
  if (!charts.flameGraph.available) throw new Error('the sample has a flame graph')
  const leaf = (i: number): FlameNode => ({
    name: `aFunctionWithQuiteALongName${i}`,
    location: `some/rather/deep/path/to/a/file-${i}.js:${i}`,
    stage: 'preprocess',
    selfMs: 1,
    totalMs: 1,
    children: [],
  })
  const children = Array.from({ length: 5000 }, (_, i) => leaf(i))
  const root: FlameNode = { name: 'all', location: '', stage: null, selfMs: 0, totalMs: 5000, children }
  const html = renderReport({
    diagnosis: sampleDiagnosis(),
    charts: { ...charts, flameGraph: { available: true, chart: { ...charts.flameGraph.chart, root } } },
  })
  expect(html.length).toBeLessThan(3_000_000)
  const { page, complaints } = await open(html)
  expect(await page.locator('.flame-frame').count()).toBeLessThan(1300)
  expect(complaints).toEqual([])
})

test('a chart that is not available says why in its place', async () => {
  const missing = (reason: string) => ({ available: false as const, reason })
  const { page, complaints } = await open(
    renderReport({
      diagnosis: { ...sampleDiagnosis(), sla: null, slaMet: null, findings: [], culprit: null, stages: [] },
      charts: {
        stackedBars: missing('no agent saw these requests'),
        requestFlames: missing('no agent saw these requests'),
        flameGraph: missing('no CPU profile was taken'),
        timeline: missing('nothing was sampled'),
        latency: missing('no request was answered'),
        batching: missing('the service recorded no batches'),
      },
    }),
  )
  for (const [id, reason] of [
    ['stages', 'no agent saw these requests'],
    ['requests', 'no agent saw these requests'],
    ['cpu', 'no CPU profile was taken'],
    ['timeline', 'nothing was sampled'],
    ['latency', 'no request was answered'],
    ['batching', 'the service recorded no batches'],
  ]) {
    expect(await page.locator(`#${id} .unavailable`).textContent()).toContain(reason)
  }
  expect(await page.locator('.verdict').textContent()).toBe('No SLA was set')
  expect(complaints).toEqual([])
})
