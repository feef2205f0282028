import { type Html, html, trusted } from '../html.js'
import { stagePatterns } from '../stage-mark.js'
import { ownStageRules } from '../stage-style.js'

export const WIDTH = 760

export type Drawing = { readonly title: string; readonly height: number; readonly content: Html }

/**
 * A drawing as a file of its own, which an `<img>` in Markdown can show: light colours on a ground of its own, no script,
 * nothing loaded. `styles` is the report's style sheet, whose colours it shares.
 */
export function svgDocument({ title, height, content }: Drawing, styles: string): string {
  const document = html`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
<title>${title}</title>
<style>${trusted(coloursOf(styles))}${trusted(OWN_STYLES)}${trusted(ownStageRules(content.toString()))}</style>
${stagePatterns()}
<rect class="card" width="100%" height="100%"/>
${content}
</svg>
`
  return document.toString().replace(NOT_XML, '\ufffd')
}

/** What XML 1.0 allows nowhere, not even escaped: one such character in a stage's name would break the file. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

const OWN_STYLES = `
text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: var(--ink); }
.card { fill: var(--card); }
.strong { font-weight: 600; }
.axis, .muted { fill: var(--muted); font-size: 12px; }
.tick, .grid { stroke: var(--rule); }
.sla { stroke: var(--fail); stroke-width: 1.5; stroke-dasharray: 5 3; }
.sla-label { fill: var(--fail); font-size: 12px; }
.over { fill: var(--fail); font-weight: 600; }
.segment { stroke: var(--card); }
.line { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
.line-0 { stroke: var(--accent); }
.line-1 { stroke: var(--deserialize); }
.key-0 { fill: var(--accent); }
.key-1 { fill: var(--deserialize); }
.band { fill: var(--track); }
`

const SHARED_RULES = /(?:[.#](?:stage-|on-stage|hatch-)[^{},]*,?\s*)+\{[^{}]*\}/g

/** The light colours, and the rules that give stages theirs. */
function coloursOf(styles: string): string {
  const variables = /:root\s*\{[^}]*\}/.exec(styles)?.[0] ?? ''
  return [variables, ...(styles.match(SHARED_RULES) ?? [])].join('\n')
}
