import { writeChecklist } from './checklist.js'
import { endToEnd } from './facts/end-to-end.js'
import { type Facts, factsOf, messageOf } from './facts/fact.js'
import { resources } from './facts/resources.js'
import { stageSummaries } from './facts/stage-summaries.js'
import { target } from './facts/target.js'
import { targetResults } from './facts/target-results.js'
import { traffic } from './facts/traffic.js'
import { writeHeadline } from './headline.js'
import {
  DIAGNOSIS_VERSION,
  type Diagnosis,
  type EndToEnd,
  type NotFired,
  type QualityCheck,
} from './model/diagnosis.js'
import type { Recording } from './model/recording.js'
import { predictFindings } from './predictions.js'
import { checkQuality, obstacleTo } from './quality.js'
import { rules as allRules } from './rules/index.js'
import { type Ranked, rank, toRanked } from './rules/ranking.js'
import type { Judgement, Rule } from './rules/rule.js'
import { slaVerdict } from './sla-verdict.js'
import { enoughForPercentile } from './stats/percentile-interval.js'
import { quantile } from './stats/quantile.js'

/**
 * What holds the recorded service's p95 back. Always answers: what cannot be judged is said to be so, with the reason,
 * and a rule that throws becomes a `broken` verdict. Plain JSON without NaN.
 */
export function diagnose(recording: Recording, rules: readonly Rule[] = allRules): Diagnosis {
  const facts = factsOf(recording)
  const { meta } = recording
  const quality = checkQuality(facts)
  const { fired, notFired } = judgeAll(facts, rules, quality)
  const { predicted, predictions } = predictFindings(facts, fired, quality)
  const ranked = rank(predicted)
  const { findings, culprit } = conclude(ranked)
  return {
    formatVersion: DIAGNOSIS_VERSION,
    tool: meta.tool,
    recording: {
      id: meta.id,
      startedAt: meta.startedAt,
      durationMs: meta.durationMs,
      requests: recording.requests.count,
      gaps: recording.gaps.map(({ kind, count, reason }) => ({ kind, count, reason })),
    },
    environment: {
      host: meta.host,
      gpus: meta.gpus,
      service: meta.service.name,
      runtime: meta.service.runtime,
      observed: meta.service.observed,
      command: meta.command,
      load: loadOf(recording),
    },
    pipeline: meta.pipeline,
    sla: meta.sla,
    slaMet: slaVerdict(facts, quality),
    targets: facts.find(targetResults) ?? [],
    endToEnd: facts.find(endToEnd) ?? NOTHING_MEASURED,
    warmUp: warmUpOf(facts),
    stages: facts.find(stageSummaries) ?? [],
    resources: facts.find(resources)!,
    culprit,
    headline: writeHeadline(facts, ranked),
    findings,
    notFired,
    quality,
    checklist: writeChecklist(facts),
    predictions,
  }
}

const NOTHING_MEASURED: EndToEnd = {
  requests: 0,
  throughputRps: null,
  errorRate: null,
  meanMs: null,
  p50Ms: null,
  p90Ms: null,
  p95Ms: null,
  p99Ms: null,
  firstByteP50Ms: null,
  firstByteP95Ms: null,
  streamP50Ms: null,
  streamP95Ms: null,
  p95IntervalMs: null,
}

function judgeAll(facts: Facts, rules: readonly Rule[], quality: readonly QualityCheck[]) {
  const isVoid = quality.find((check) => check.id === 'client-bound' && check.ok === false)
  const measured = facts.find(traffic)
  const goal = facts.find(target) ?? { state: 'none' }
  const fired: Ranked[] = []
  const notFired: NotFired[] = []
  for (const rule of rules) {
    const { id } = rule
    if (isVoid !== undefined) {
      notFired.push({ id, verdict: 'not-enough-data', reason: `the measurement is void: ${isVoid.reason}` })
      continue
    }
    const obstacle = obstacleTo(rule.restsOn, quality)
    if (obstacle !== null) {
      notFired.push({
        id,
        verdict: 'not-enough-data',
        reason: `${obstacle.reason} (${obstacle.id}: ${obstacle.measured})`,
      })
      continue
    }
    const judgement = judgeSafely(rule, facts)
    if (judgement.verdict === 'fired' && measured !== null) fired.push(toRanked(rule, judgement, measured, goal))
    else if (judgement.verdict !== 'fired') notFired.push({ id, ...judgement })
  }
  return { fired, notFired }
}

function judgeSafely(rule: Rule, facts: Facts): Judgement {
  try {
    return rule.judge(facts)
  } catch (error) {
    return { verdict: 'broken', reason: `the rule failed: ${messageOf(error)}` }
  }
}

function conclude(ranked: readonly Ranked[]) {
  const findings = ranked.map(({ finding }) => finding)
  return { findings, culprit: findings.find((finding) => finding.confidence !== 'low')?.id ?? null }
}

function loadOf({ meta: { load } }: Recording): Diagnosis['environment']['load'] {
  if (load === null) return null
  const { url, method, rate, arrivals, bodyBytes, warmupMs } = load
  return { url, method, rate, arrivals, bodyBytes, warmupMs }
}

function warmUpOf(facts: Facts): Diagnosis['warmUp'] {
  const warmUp = facts.find(traffic)?.warmUp ?? null
  if (warmUp === null) return null
  const { requests, latencyMs } = warmUp
  const at = (p: number) => (enoughForPercentile(latencyMs.length, p) ? quantile(latencyMs, p) : null)
  return { requests, p50Ms: at(0.5), p95Ms: at(0.95) }
}
