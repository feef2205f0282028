import { endToEnd } from '../facts/end-to-end.js'
import { type Facts, factsOf } from '../facts/fact.js'
import { inStageOrder } from '../facts/stage-order.js'
import { stageTimes } from '../facts/stage-times.js'
import { traffic } from '../facts/traffic.js'
import {
  COMPARISON_VERSION,
  type ComparedRun,
  type Comparison,
  type ComparisonMethod,
  type DeltaMetric,
  type FirstByteMetric,
  type StageDelta,
} from '../model/comparison.js'
import { streams } from '../model/diagnosis.js'
import type { Recording } from '../model/recording.js'
import { BLOCKS } from '../stats/block-bootstrap.js'
import { MOST_RESAMPLED } from '../stats/thinned.js'
import { judgeComparability } from './comparability.js'
import { CONFIDENCE } from './confidence.js'
import { deltaOf, TOLERANCE } from './delta.js'
import { differencesBetween } from './differences.js'
import { writeHeadline } from './headline.js'
import { type Bootstrap, endToEndFigures, stageFigures } from './run-figures.js'
import { judge } from './verdict.js'

const LATENCIES: readonly DeltaMetric[] = ['p50Ms', 'p90Ms', 'p95Ms', 'p99Ms']
const FIRST_BYTES: readonly FirstByteMetric[] = ['firstByteP50Ms', 'firstByteP95Ms']
const OTHERS: readonly DeltaMetric[] = ['meanMs', 'throughputRps', 'errorRate']
const SEED = 1
// 400 replicates give a standard error to about 4 %, 200 to 5 %: long recordings make do with those.
const REPLICATES = { most: 400, fewest: 200, drawsInAll: 4_000_000 }

/**
 * What changed from `before` to `after`, and whether it is more than chance. Always answers: what may not be concluded
 * is said, with the reason. Plain JSON without NaN; the same recordings give the same document.
 */
export function compareRecordings(before: Recording, after: Recording): Comparison {
  const [was, is] = [factsOf(before), factsOf(after)]
  const comparability = judgeComparability(was, is)
  const bootstrap = { replicates: replicatesFor(was, is), seed: SEED }
  const judged = comparability.obstacles.length === 0
  const inParts = [was, is].some(streamed)
  const metrics = [...LATENCIES, ...(inParts ? FIRST_BYTES : []), ...OTHERS]
  const [figuresBefore, figuresAfter] = [
    endToEndFigures(was, bootstrap, inParts),
    endToEndFigures(is, bootstrap, inParts),
  ]
  const deltas = metrics.map((metric) => deltaOf(metric, figuresBefore[metric], figuresAfter[metric], judged))
  const stagesWithheld = comparability.stagesWithheld ?? unmeasured('before', was) ?? unmeasured('after', is)
  const stages = stagesWithheld === null ? stageDeltas(was, is, bootstrap, judged) : []
  const verdict = judge(deltas, comparability)
  return {
    formatVersion: COMPARISON_VERSION,
    before: runOf(was),
    after: runOf(is),
    differences: differencesBetween(was, is),
    verdict,
    headline: writeHeadline(verdict, deltas, stages),
    endToEnd: deltas,
    stages,
    stagesWithheld,
    method: methodOf(bootstrap),
  }
}

function streamed(facts: Facts): boolean {
  const figures = facts.find(endToEnd)
  return figures !== null && streams(figures)
}

function stageDeltas(was: Facts, is: Facts, bootstrap: Bootstrap, judged: boolean): StageDelta[] {
  const [before, after] = [stageFigures(was, bootstrap), stageFigures(is, bootstrap)]
  const nothing = { value: 0, low: 0, high: 0 }
  return inStageOrder([...new Set([...before.keys(), ...after.keys()])]).map((id) => {
    const a = before.get(id) ?? { mean: nothing, p95: nothing }
    const b = after.get(id) ?? { mean: nothing, p95: nothing }
    return { id, mean: deltaOf('meanMs', a.mean, b.mean, judged), p95: deltaOf('p95Ms', a.p95, b.p95, judged) }
  })
}

function unmeasured(side: 'before' | 'after', facts: Facts): string | null {
  const times = facts.get(stageTimes)
  return times.known ? null : `${side}: ${times.reason}`
}

function runOf(facts: Facts): ComparedRun {
  const { meta } = facts.recording
  return {
    id: meta.id,
    tool: meta.tool,
    startedAt: meta.startedAt,
    durationMs: meta.durationMs,
    service: meta.service.name,
    rate: meta.load?.rate ?? null,
    endToEnd: facts.find(endToEnd),
  }
}

function replicatesFor(was: Facts, is: Facts): number {
  const requests = Math.max(was.find(traffic)?.rows.length ?? 0, is.find(traffic)?.rows.length ?? 0, 1)
  const affordable = Math.floor(REPLICATES.drawsInAll / Math.min(requests, MOST_RESAMPLED))
  return Math.min(REPLICATES.most, Math.max(REPLICATES.fewest, affordable))
}

function methodOf({ replicates, seed }: Bootstrap): ComparisonMethod {
  return {
    name: 'circular block bootstrap',
    confidence: CONFIDENCE,
    blocks: BLOCKS,
    replicates,
    seed,
    tolerance: TOLERANCE,
  }
}
