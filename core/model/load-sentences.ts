/** What a load says in words, the same in the terminal and the report. */
import type { LevelReport, LoadReport } from './load-report.js'
import { formatCount, formatMs, formatPercent, formatRange } from './quantity.js'
import { slaTargets } from './sla-targets.js'

/** One sentence with the answer. */
export function headline(report: LoadReport): string {
  const { mode, knee, levels } = report
  if (mode === 'closed-loop') return closedHeadline(report)
  if (mode === 'spike') return spikeHeadline(report)
  if (knee === null) return partsHeadline(report)
  const sla = slaText(report)
  if (knee.kind === 'point') {
    const [low, high] = knee.intervalRps
    return `The SLA (${sla}) breaks at about ${perSecond(knee.rps)} (${formatCount(low)} to ${formatCount(high)}).`
  }
  if (knee.kind === 'cliff') {
    const [low, high] = knee.intervalRps
    return `The SLA (${sla}) holds up to ${perSecond(low)} and breaks down by ${formatCount(high)}: a cliff.`
  }
  if (knee.kind === 'not-reached')
    return `The SLA (${sla}) holds at ${perSecond(knee.triedRps)}, the highest rate tried.`
  const unstable = levels.every(({ stable }) => !stable) ? ' Not even that is a stable load.' : ''
  return `The SLA (${sla}) is missed at every rate, down to ${perSecond(knee.triedRps)}.${unstable}`
}

export function bindingSentence({
  maxPassingRps,
  firstFailingRps,
  bindingConstraint,
}: Pick<LoadReport, 'maxPassingRps' | 'firstFailingRps' | 'bindingConstraint'>): string | null {
  if (maxPassingRps === null && firstFailingRps === null) return null
  const passing = maxPassingRps === null ? 'no rate passed' : `highest passing rate ${perSecond(maxPassingRps)}`
  if (firstFailingRps === null) return `${passing}; none failed`
  const by = bindingConstraint === 'client' ? 'the client, not the service' : bindingConstraint
  const both = maxPassingRps !== null && maxPassingRps >= firstFailingRps ? ' (near the knee chance decides)' : ''
  return `${passing}, first failing ${perSecond(firstFailingRps)}${both}; binding: ${by}`
}

export function safeSentence(report: LoadReport): string | null {
  if (report.safeRangeRps === null) return null
  const [low, high] = report.safeRangeRps
  // Where nothing failed, or only the client did, the service may be good for more.
  const more = report.firstFailingRps === null || report.bindingConstraint === 'client' ? ', or more' : ''
  return `safe to operate at ${formatCount(low)} to ${perSecond(high)}${more} (${safeRangeText(report)})`
}

/** What the safe range is a share of. */
export function safeRangeText({ knee }: Pick<LoadReport, 'knee'>): string {
  return `70 to 80 % of the ${knee?.kind === 'point' ? 'knee' : 'highest passing rate'}`
}

export function headroomSentence({ peakRps, headroom, maxPassingRps, sla }: LoadReport): string | null {
  if (peakRps === null) return null
  const peak = `the expected peak of ${perSecond(peakRps)}`
  if (sla === null) return `${peak} cannot be judged without a target`
  if (maxPassingRps === null || headroom === null) return `${peak} has no headroom: no rate passed`
  if (headroom < 0) return `${peak} is beyond what passes, by ${formatPercent(peakRps / maxPassingRps - 1)}`
  const enough = headroom >= 0.2 ? '' : ': less than the 20 % to keep free'
  return `${peak} leaves ${formatPercent(headroom)} of the highest passing rate free${enough}`
}

/** "p95 within 2 s, ttft.p95 within 300 ms, errors at most 0.1 %". */
export function slaText({ sla }: Pick<LoadReport, 'sla'>): string {
  if (sla === null) return 'none'
  const parts = slaTargets(sla).map(({ name, limitMs }) => `${name} within ${formatMs(limitMs)}`)
  if (sla.errorRate !== null) parts.push(`errors at most ${formatPercent(sla.errorRate)}`)
  return parts.join(', ')
}

function closedHeadline({ levels }: LoadReport): string {
  const [level] = levels
  const p95 = level?.p95Ms ?? null
  const latency = p95 === null ? '' : ` with a p95 of ${formatMs(p95)}`
  if (level?.void != null) return `Closed loop, ${level.label}: void, ${level.void.reason}.`
  return `Closed loop, ${level?.label}: ${perSecond(level?.throughputRps ?? 0)}${latency}; a flattering figure, see below.`
}

function spikeHeadline({ levels, recoveryMs, sla }: LoadReport): string {
  const p95 = (label: string) => {
    const level = levels.find((one) => one.label === label)
    return level === undefined || level.p95Ms === null
      ? level?.stable === false
        ? 'unstable'
        : 'no p95'
      : formatMs(level.p95Ms)
  }
  if (levels.length < 3) return `p95 before the spike ${p95('before')}; the rest was not held.`
  const course = `p95 before the spike ${p95('before')}, during it ${p95('spike')}, after it ${p95('after')}`
  if (sla === null) return `${course}.`
  if (recoveryMs === null) return `${course}; not recovered by the end.`
  return recoveryMs === 0
    ? `${course}; in time again at once.`
    : `${course}; in time again after ${formatMs(recoveryMs)}.`
}

function partsHeadline({ mode, levels, sla }: LoadReport): string {
  const [part, parts] = mode === 'steps' ? ['rate', 'rates'] : ['part', 'parts']
  const of = (some: readonly LevelReport[]) => `${some.length} of ${levels.length} ${parts}`
  const clientBound = levels.filter(({ void: reason }) => reason?.cause === 'client-bound')
  if (clientBound.length > 0) {
    return `The client could not send ${perSecond(clientBound[0]!.rate)}: its figures say nothing of the service.`
  }
  const failed = levels.filter(({ void: reason }) => reason?.cause === 'all-failed')
  if (failed.length === levels.length) return 'Every request failed.'
  const unstable = levels.filter(({ stable }) => !stable)
  if (unstable.length > 0) {
    const [worst] = unstable
    const which = levels.length === 1 ? 'The load was unstable' : `${of(unstable)} unstable`
    return `${which}: at ${perSecond(worst!.rate)} ${worst!.unstableReason}.`
  }
  const range = p95Range(levels)
  if (sla === null)
    return levels.length === 1 ? `The load was stable${range}.` : `All ${levels.length} ${parts} stable${range}.`
  const missed = levels.filter(({ slaMet }) => slaMet === false)
  if (missed.length > 0) return `The SLA was missed in ${of(missed)}${range}.`
  return levels.length === 1 ? `The SLA was met${range}.` : `The SLA was met in every ${part}${range}.`
}

/** ", p95 4.6 to 6.6 ms"; empty where none is known. */
function p95Range(levels: readonly LevelReport[]): string {
  const known = levels.flatMap(({ p95Ms }) => (p95Ms === null ? [] : [p95Ms]))
  if (known.length === 0) return ''
  const [low, high] = [Math.min(...known), Math.max(...known)]
  return known.length === 1 ? `, p95 ${formatMs(low)}` : `, p95 ${formatRange([low, high])}`
}

function perSecond(rps: number): string {
  return `${formatCount(rps)} requests/s`
}
