import type { Facts } from '../facts/fact.js'
import { type Traffic, traffic } from '../facts/traffic.js'
import type { QualityCheck } from '../model/diagnosis.js'
import { formatCount } from '../model/quantity.js'
import type { LoadInfo } from '../model/recording-meta.js'
import { checkQuality } from '../quality.js'
import { enoughForPercentile, sampleSizeForPercentile } from '../stats/percentile-interval.js'

export type Obstacle = { readonly id: string; readonly reason: string }

export type Comparability = {
  readonly obstacles: readonly Obstacle[]
  /** Runs whose backlog grew: a longer run would have been slower still, so their latency is a lower bound. */
  readonly unsteady: { readonly before: boolean; readonly after: boolean }
  /** Why stage times may not be compared; null when they may. */
  readonly stagesWithheld: string | null
}

type Side = 'before' | 'after'

// Declared rates are exact; where nothing was declared, a Poisson count of a few hundred varies by this much.
const DECLARED_RATE_TOLERANCE = 0.01
const OBSERVED_RATE_TOLERANCE = 0.1

/** Checks of the data on which every figure rests, and those on which only the stage times do. */
const END_TO_END_CHECKS = ['counts']
const STAGE_CHECKS = ['stage-sum', 'gaps']

/** Whether two recordings measured the same thing well enough. The SLA plays no part in it. */
export function judgeComparability(before: Facts, after: Facts): Comparability {
  const quality = { before: checkQuality(before), after: checkQuality(after) }
  const failed = (side: Side, id: string) => quality[side].find((check) => check.id === id && check.ok === false)
  const obstacles = [
    ...soundness('before', before, quality.before),
    ...soundness('after', after, quality.after),
    ...differentLoad(before, after),
  ]
  const sides: readonly Side[] = ['before', 'after']
  const stageFaults = sides.flatMap((side) =>
    STAGE_CHECKS.map((id) => failed(side, id))
      .filter((check) => check !== undefined)
      .map((check) => `${side}: ${check.reason}`),
  )
  return {
    obstacles,
    unsteady: {
      before: failed('before', 'littles-law') !== undefined,
      after: failed('after', 'littles-law') !== undefined,
    },
    stagesWithheld: stageFaults.length > 0 ? stageFaults.join('; ') : null,
  }
}

function soundness(side: Side, facts: Facts, quality: readonly QualityCheck[]): Obstacle[] {
  const obstacles: Obstacle[] = []
  const isVoid = facts.recording.meta.load?.void
  // What else is wrong with a void run follows from it.
  if (isVoid) return [{ id: 'void', reason: `${side} is void: ${isVoid.reason}` }]
  for (const id of END_TO_END_CHECKS) {
    const check = quality.find((one) => one.id === id && one.ok === false)
    if (check !== undefined) obstacles.push({ id, reason: `${side}: ${check.reason} (${check.measured})` })
  }
  const requests = facts.find(traffic)?.rows.length ?? 0
  if (!enoughForPercentile(requests, 0.95)) {
    const needed = sampleSizeForPercentile(0.95)
    obstacles.push({
      id: 'too-few-requests',
      reason: `${side} has ${requests} timed requests, ${needed} are needed to know p95`,
    })
  }
  return obstacles
}

function differentLoad(before: Facts, after: Facts): Obstacle[] {
  const reasons: string[] = []
  const [a, b] = [before.recording.meta.load, after.recording.meta.load]
  if (a !== null && b !== null) reasons.push(...differentSchedules(a, b))
  else {
    const [was, is] = [before.find(traffic), after.find(traffic)]
    if (was === null || is === null) return []
    if (was.seenFrom !== is.seenFrom) {
      reasons.push(`latency is seen from the ${was.seenFrom} before and from the ${is.seenFrom} after`)
    }
    const [rateBefore, rateAfter] = [arrivalRate(was), arrivalRate(is)]
    if (apart(rateBefore, rateAfter, OBSERVED_RATE_TOLERANCE)) {
      reasons.push(`${formatCount(rateBefore)} requests/s arrived before, ${formatCount(rateAfter)} after`)
    }
  }
  return reasons.map((reason) => ({ id: 'different-load', reason }))
}

function arrivalRate({ requests, durationMs }: Traffic): number {
  return (requests / durationMs) * 1000
}

/** How the load was not the same. The body may differ: a smaller encoding of the same request is a fix. */
export function differentSchedules(before: LoadInfo, after: LoadInfo): string[] {
  const reasons: string[] = []
  if (apart(before.rate, after.rate, DECLARED_RATE_TOLERANCE)) {
    reasons.push(`the load was ${formatCount(before.rate)} requests/s before, ${formatCount(after.rate)} after`)
  }
  if (before.loop !== after.loop) reasons.push(`the load was ${before.loop}-loop before, ${after.loop}-loop after`)
  if (before.arrivals !== after.arrivals) {
    reasons.push(`arrivals were ${before.arrivals} before, ${after.arrivals} after`)
  }
  const [was, is] = [before, after].map(({ method, url }) => `${method} ${pathOf(url)}`)
  if (was !== is) reasons.push(`the request was ${was} before, ${is} after`)
  return reasons
}

/** Host and port may change between runs; what is asked for may not. */
function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/[?#].*$/, '') || '/'
}

function apart(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) > tolerance * Math.max(a, b)
}
