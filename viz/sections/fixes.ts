import type { Diagnosis, Finding, Fix } from '../../core/model/diagnosis.js'
import { unpredictedTargets, unpredictedText } from '../../core/model/sla-targets.js'
import { capital } from '../capital.js'
import { type IntervalBar, intervalBars } from '../charts/interval-bars.js'
import { formatDeviation, plural } from '../format.js'
import { type Html, html } from '../html.js'
import { section } from '../section.js'

type Proposal = { readonly fix: Fix; readonly against: readonly string[] }

/** What each fix is predicted to bring, the lowest p95 first; nothing where no finding has a fix to predict. */
export function fixes(diagnosis: Diagnosis): Html | null {
  const { predictions, findings, endToEnd, sla } = diagnosis
  if (predictions === null) return null
  const howToRead =
    'Each fix alone: the bar is the 95 % interval for the p95 of another run with it, the mark in it the prediction. Lines are the SLA and the p95 today.'
  const text = { id: 'fixes', title: 'What each fix would bring', howToRead }
  if ('withheld' in predictions) {
    return section(text, html`<p class="unavailable">Predictions are withheld: ${predictions.withheld}.</p>`)
  }
  const proposals = proposalsOf(findings)
  const leftOpen = unpredictedText(unpredictedTargets(sla))
  const bars = proposals.flatMap(barOf).sort((a, b) => a.p95Ms - b.p95Ms)
  const unpredicted = proposals.filter(({ fix }) => fix.unpredicted !== undefined)
  const inexpressible = proposals.filter(({ fix }) => fix.change === null)
  return section(
    text,
    html`${bars.length === 0 ? null : intervalBars(bars, { todayMs: endToEnd.p95Ms, slaMs: sla?.p95Ms ?? null })}
${unpredicted.length === 0 ? null : html`<ul class="unpredicted">${unpredicted.map(({ fix }) => html`<li>${fix.title} <code>${fix.change}</code>: ${fix.unpredicted}.</li>`)}</ul>`}
<p class="muted">The unchanged service, replayed with ${plural(predictions.replayedRequests, 'request')}, has a p95 ${formatDeviation(predictions.calibrationErrorP95)} the measured one.${
      inexpressible.length === 0
        ? null
        : ` ${plural(inexpressible.length, 'proposal')} more cannot be simulated: see the findings.`
    }${leftOpen === null ? null : ` ${capital(leftOpen)}.`}</p>`,
  )
}

/** One for each change, of the findings that somebody would act on; where there are none, of all. */
function proposalsOf(findings: readonly Finding[]): Proposal[] {
  const acting = findings.filter(({ confidence }) => confidence !== 'low')
  const byChange = new Map<string, { readonly fix: Fix; readonly against: string[] }>()
  for (const { id, fixes } of acting.length > 0 ? acting : findings) {
    for (const fix of fixes) {
      const known = byChange.get(fix.change ?? fix.title)
      if (known === undefined) byChange.set(fix.change ?? fix.title, { fix, against: [id] })
      else known.against.push(id)
    }
  }
  return [...byChange.values()]
}

function barOf({ fix, against }: Proposal): IntervalBar[] {
  const { title, change, predictedP95Ms, intervalMs, extrapolated, assumptions = [] } = fix
  if (predictedP95Ms === null || intervalMs === null) return []
  const detail = html`<small><code>${change}</code> against ${against.join(', ')}${extrapolated === true ? '; extrapolated' : null}</small>${
    assumptions.length === 0 ? null : html`<small>${assumptions.join('; ')}</small>`
  }`
  return [{ title, detail, p95Ms: predictedP95Ms, intervalMs }]
}
