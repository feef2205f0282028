import { createHash } from 'node:crypto'
import type { Assets } from './assets.js'
import { type Html, html, scriptJson, trusted } from './html.js'
import { PAYLOAD_ID, type Payload } from './payload.js'
import { stagePatterns } from './stage-mark.js'
import { ownStageRules } from './stage-style.js'

export type ShellText = {
  readonly title: string
  readonly tool: { readonly name: string; readonly version: string }
  /** What the file was made from, for the footer. */
  readonly source: string
  readonly payload: Payload
  readonly content: Html
}

/** The document around a report's content: one file, nothing loaded, only our own script. */
export function documentShell({ title, tool, source, payload, content }: ShellText, assets: Assets): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(assets)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="${tool.name} ${tool.version}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(assets.styles)}
${trusted(ownStageRules(content.toString()))}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the report</a>
${stagePatterns()}
<main id="report">
${content}
</main>
<footer>Made by ${tool.name} ${tool.version} from ${source}. This file loads nothing from a network.</footer>
<div id="tip" role="tooltip" hidden></div>
<script type="application/json" id="${PAYLOAD_ID}">${scriptJson(payload)}</script>
<script>${trusted(assets.script)}</script>
</body>
</html>
`
}

/** Nothing may be loaded, and only our own script may run: it is named by its hash. */
function contentSecurityPolicy(assets: Assets): string {
  const hash = createHash('sha256').update(assets.script).digest('base64')
  return `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`
}
