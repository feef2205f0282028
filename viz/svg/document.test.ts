import { expect, test } from 'vitest'
import { html } from '../html.js'
import { svgDocument } from './document.js'

const STYLES = `:root{--ink:#111;--card:#fff}
@media screen and (prefers-color-scheme:dark){:root{--ink:#eee}}
.page{color:red}.stage-queue{fill:var(--queue)}
.on-stage-model,
.on-stage-serialize{fill:var(--light-text)}#hatch-none .hatch-line{fill:var(--column)}`

test('a chart as a file has the light colours and the stage rules of the report, and nothing else of it', () => {
  const svg = svgDocument({ title: 'a < b', height: 40, content: html`<g/>` }, STYLES)
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="760" height="40"/)
  expect(svg).toContain('<title>a &lt; b</title>')
  for (const rule of ['--ink:#111', '.stage-queue{', '.on-stage-serialize{', '#hatch-none .hatch-line{']) {
    expect(svg).toContain(rule)
  }
  expect(svg).not.toMatch(/#eee|\.page/)
})
