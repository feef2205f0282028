import { endToEnd } from './facts/end-to-end.js'
import type { Facts } from './facts/fact.js'
import { busiest, seriesOf } from './facts/series.js'
import { stageSummaries } from './facts/stage-summaries.js'
import { stageTimes } from './facts/stage-times.js'
import { target } from './facts/target.js'
import { ttftResults } from './facts/target-results.js'
import { traffic } from './facts/traffic.js'
import { streams, type TargetResult } from './model/diagnosis.js'
import { causesAmong, type Ranked } from './rules/ranking.js'
import { count, ms, percent } from './rules/wording.js'
import { sampleSizeForPercentile } from './stats/percentile-interval.js'

const CLAUSES = 2
/** Share of p95 that a finding of low confidence must cost to be worth a word where chance may explain the miss. */
const MENTIONED = 0.25

/** The whole diagnosis in one sentence with the numbers. */
export function writeHeadline(facts: Facts, ranked: readonly Ranked[]): string {
  const { meta } = facts.recording
  if (meta.load?.void) return `No verdict: ${meta.load.void.reason}.`
  const measured = facts.get(traffic)
  if (!measured.known) return `No verdict: ${measured.reason}.`
  const { requests, errors, rows } = measured.value
  const ttft = ttftResults(facts)
  const firstByte = ttftClause(ttft)
  if (rows.length === 0) return `No latency to judge: all ${requests} requests failed.`
  const p95Ms = facts.find(endToEnd)?.p95Ms ?? null
  if (p95Ms === null) {
    return `No verdict on p95: ${rows.length} timed requests, ${sampleSizeForPercentile(0.95)} are needed${firstByte}.`
  }
  const opening = `${latencyClause(facts, p95Ms)}${errorClause(errors, requests)}`
  const isLate = ttft.some(({ met }) => met === false)
  const state = facts.find(target)?.state
  const causes = causesAmong(ranked)
  if (causes.length > 0) {
    const keepsTtft = ttft.length > 0 && ttft.every(({ met }) => met === true)
    const meets = state === 'met' ? !isLate : state === 'none' && keepsTtft
    return `${opening}${firstByte}${meets ? ', but' : ':'} ${causes
      .slice(0, CLAUSES)
      .map(({ clause }) => clause)
      .join('; ')}.`
  }
  if (meta.service.observed === 'outside')
    return `${opening}${firstByte || streamClause(facts)}; stages were not measured from outside${hottest(facts)}.`
  const times = facts.get(stageTimes)
  if (!times.known) return `${opening}${firstByte}; where the time goes was not seen: ${times.reason}.`
  const nothing = errors === 0 && !isLate ? 'nothing stands out' : 'nothing else stands out'
  if (state === 'met') return `${opening}${firstByte}; ${nothing}.`
  const costliest =
    state === 'unsure' ? ranked.find(({ finding }) => finding.costMs.p95 >= MENTIONED * p95Ms) : undefined
  if (costliest !== undefined)
    return `${opening}, which chance may explain${firstByte}; the costliest finding: ${costliest.clause}.`
  const byChance = state === 'unsure' ? ', which chance may explain' : ''
  return `${opening}${byChance}${firstByte}; ${nothing}${largestPart(facts)}.`
}

function latencyClause(facts: Facts, p95Ms: number): string {
  const seen = facts.find(traffic)?.seenFrom === 'server' ? ' inside the service' : ''
  const goal = facts.find(target)
  if (goal === null || goal.state === 'none') return `p95${seen} is ${ms(p95Ms)}`
  if (goal.state === 'met') return `p95${seen} ${ms(p95Ms)} meets the ${ms(goal.limitMs)} SLA`
  return `p95${seen} is ${ms(p95Ms)} against ${ms(goal.limitMs)}`
}

/** The targets on the time to the first byte: those that are missed, else those without a verdict, else those that are met. */
function ttftClause(all: readonly TargetResult[]): string {
  const worst = [false, null, true].map((met) => all.filter((one) => one.met === met)).find(({ length }) => length > 0)
  return (worst ?? []).map((result, i) => `; ${ttftWords(result, i === 0 ? ' (time to the first byte)' : '')}`).join('')
}

function ttftWords({ name, limitMs, measuredMs, met, reason }: TargetResult, meaning: string): string {
  if (measuredMs === null || met === null) return `no verdict on ${name}${meaning}: ${reason}`
  if (met) return `${name}${meaning} ${ms(measuredMs)} meets ${ms(limitMs)}`
  return `${name}${meaning} is ${ms(measuredMs)} against ${ms(limitMs)}`
}

/** Of a service that nobody saw inside of. */
function streamClause(facts: Facts): string {
  const figures = facts.find(endToEnd)
  if (figures === null || !streams(figures) || figures.firstByteP95Ms === null) return ''
  return `; answers come in parts, their first byte with a p95 of ${ms(figures.firstByteP95Ms)}`
}

function errorClause(errors: number, requests: number): string {
  return errors === 0 ? '' : ` and ${errors} of ${requests} requests failed`
}

function largestPart(facts: Facts): string {
  const stages = facts.find(stageSummaries) ?? []
  const [largest] = [...stages].sort((a, b) => (b.tailShare ?? 0) - (a.tailShare ?? 0))
  return largest === undefined ? '' : `; the largest part of it is ${largest.id}, ${percent(largest.tailShare ?? 0)}`
}

function hottest(facts: Facts): string {
  const thread = busiest(seriesOf(facts, 'thread.cpu'))
  if (thread === null) return ''
  return `; the hottest thread, ${thread.series.instance}, is ${percent(thread.mean)} busy of one core (${count(thread.series.value.length)} samples)`
}
