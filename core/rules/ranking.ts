import type { Target } from '../facts/target.js'
import type { Traffic } from '../facts/traffic.js'
import type { Confidence, Finding } from '../model/diagnosis.js'
import { gather, tabulate } from '../stats/gather.js'
import { timeOrder } from '../stats/time-order.js'
import { costWithInterval } from './cost-interval.js'
import type { Fired, Rule } from './rule.js'
import { ms } from './wording.js'

/** A finding with the clause that the headline may use. */
export type Ranked = {
  readonly finding: Finding
  readonly clause: string
  readonly rule: Rule
  /** The service without the fault, in the change grammar; null where that cannot say it. */
  readonly removalChange: string | null
  /** The finding's summary were its cost that many ms of the p95. */
  summaryFor(costMs: number): string
}

export function toRanked(rule: Rule, judgement: Fired, traffic: Traffic, goal: Target): Ranked {
  const { summary, costSentence, whereSentence, clause, removal, evidence, fixes } = judgement
  const costMs = removalCost(traffic, removal.addedMs)
  const summaryFor = (cost: number) =>
    [summary, costSentence?.(`${ms(cost)} of the ${ms(traffic.p95Ms)} p95`), whereSentence]
      .filter((sentence) => sentence !== undefined)
      .join(' ')
  const finding: Finding = {
    id: rule.id,
    title: judgement.title ?? rule.title,
    summary: summaryFor(costMs.p95),
    stage: judgement.stage ?? rule.stage,
    confidence: harmless(judgement.harm, goal) ? 'low' : judgement.confidence,
    costMs,
    costMethod: removal.method,
    evidence,
    fixes,
    docs: `docs/rules/${rule.id}.md`,
  }
  return { finding, clause, rule, removalChange: removal.change ?? null, summaryFor }
}

function harmless(harm: Fired['harm'], { state }: Target): boolean {
  return (harm !== 'capacity' && state === 'met') || (harm === 'latency' && state === 'unsure')
}

function removalCost({ latencyMs, startMs }: Traffic, addedMs: Float64Array): Finding['costMs'] {
  const order = timeOrder(startMs)
  const without = tabulate(latencyMs.length, (i) => Math.max(0, latencyMs[i]! - addedMs[i]!))
  return costWithInterval(gather(latencyMs, order), gather(without, order))
}

/**
 * Findings worth acting on first: by confidence that there is a fault at all (low ones last), then by the p95 they cost;
 * a symptom comes right after the costliest finding that explains it.
 */
export function rank(all: readonly Ranked[]): Ranked[] {
  const byCost = [...all].sort(
    (a, b) => acts(b.finding.confidence) - acts(a.finding.confidence) || b.finding.costMs.p95 - a.finding.costMs.p95,
  )
  const explained = (one: Ranked) =>
    byCost.find((other) => one.rule.symptomOf.includes(other.rule.id) && acts(other.finding.confidence))
  const roots = byCost.filter((one) => explained(one) === undefined)
  const ranked = roots.flatMap((root) => [root, ...byCost.filter((one) => explained(one) === root)])
  // A symptom of a symptom still has a place.
  return [...ranked, ...byCost.filter((one) => !ranked.includes(one))]
}

/** Findings that somebody would act on and that no other one of them explains, in the order given. */
export function causesAmong(all: readonly Ranked[]): Ranked[] {
  const acting = all.filter(({ finding }) => finding.confidence !== 'low')
  return acting.filter(({ rule }) => !rule.symptomOf.some((id) => acting.some(({ finding }) => finding.id === id)))
}

function acts(confidence: Confidence): number {
  return confidence === 'low' ? 0 : 1
}
