import { type Html, html } from './html.js'
import { stageClass } from './stage-style.js'

/** A small square in the stage's colour. Decoration: the name always stands beside it. */
export function swatch(stage: string | null): Html {
  return html`<svg class="swatch" width="12" height="12" aria-hidden="true"><rect class="${stageClass(stage)}" width="12" height="12" rx="2"/></svg>`
}

/** Hatch patterns for time that nobody measured as work. Referenced from the style sheet by id. */
export function stagePatterns(): Html {
  return html`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>
${pattern('hatch-event-loop-wait', 45, 7, 2)}${pattern('hatch-unattributed', -45, 5, 1.5)}${pattern('hatch-none', 90, 4, 1)}
</defs></svg>`
}

function pattern(id: string, angle: number, size: number, stroke: number): Html {
  return html`<pattern id="${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse" patternTransform="rotate(${angle})">
<rect class="hatch-ground" width="${size}" height="${size}"/><rect class="hatch-line" width="${stroke}" height="${size}"/></pattern>`
}
