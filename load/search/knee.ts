import type { Knee, Level } from '../../core/model/load-level.js'
import type { LatencyTarget } from './lateness.js'

/** Levels this near the bracket, as a ratio of rates, say something about the knee. */
const NEAR = 1.15
/** No knee is claimed further than this from the rates that were held, whatever the line says. */
const ASTRAY = 1.04
/**
 * Slopes of the log-odds of a late request against log rate. In a single-server queue, P(wait > t) falls as exp(-eta t) with
 * eta proportional to the free share 1 - u of the server, so at a p95 limit the slope is about 3 u / (1 - u): 4 at u = 0.57,
 * 80 at 0.96.
 */
const [LEAST_SLOPE, MOST_SLOPE] = [4, 80]
/**
 * What is left out of the standard error, as a factor: arrivals that the levels share, a search that looks where chance led
 * it, levels that begin with an empty queue. With 1.5, 95 % of 240 intervals hold the true knee in virtual time, as many as
 * they are for: test/load/knee-accuracy.test.ts.
 */
const UNSEEN_ERROR = 1.5
/** A latency that jumps from below this share of the tolerated late requests to above this multiple is a cliff. */
const [CLIFF_BELOW, CLIFF_ABOVE] = [0.2, 8]

type Point = { readonly x: number; readonly late: number; readonly requests: number; readonly excess: number }

/**
 * The rate at which the share of late requests is what the target allows: a logistic regression of late requests on log rate, over every
 * level near the bracket. It uses the rate that each schedule really held, which takes much of the chance out of it. Late
 * requests come in bunches, so the interval is widened by how much more than chance the levels' standard errors are.
 */
export function locateKnee(
  levels: readonly Level[],
  target: Pick<LatencyTarget, 'name' | 'allowed'>,
  bracket: readonly [number, number],
): Knee {
  const { name, allowed } = target
  const near = levels.filter(({ rate }) => rate > bracket[0] / NEAR && rate < bracket[1] * NEAR)
  if (isCliff(near, target, bracket)) return { kind: 'cliff', intervalRps: bracket }
  // Levels that were cut short are those in which chance looked clear: they would pull the line their way.
  const whole = near.filter(({ cutShort }) => !cutShort)
  const used = whole.length < 2 ? near : whole
  const fit = fitLogistic(used.flatMap((level) => pointOf(level, name)))
  const between = { kind: 'point', rps: Math.sqrt(bracket[0] * bracket[1]), intervalRps: bracket } as const
  if (fit === null) return between
  const x = fit.centre + (logOdds(allowed) - fit.intercept) / fit.slope
  const rates = [...bracket, ...used.map(({ rate }) => rate)]
  const rps = Math.min(Math.max(...rates) * ASTRAY, Math.max(Math.min(...rates) / ASTRAY, Math.exp(x)))
  // Levels further than NEAR away were clear, so the knee is no further.
  const spread = (1.96 * UNSEEN_ERROR * fit.standardErrorAt(x)) / fit.slope + Math.abs(x - Math.log(rps))
  const half = Math.min(spread, Math.log(NEAR))
  return { kind: 'point', rps, intervalRps: [rps * Math.exp(-half), rps * Math.exp(half)] }
}

function isCliff(
  near: readonly Level[],
  { name, allowed }: Pick<LatencyTarget, 'name' | 'allowed'>,
  [low, high]: readonly [number, number],
): boolean {
  const at = (rate: number) => near.filter((level) => level.rate === rate)
  if (at(high).some(({ constraint }) => constraint === 'errors')) return true
  const late = (level: Level) => standing(level, name)?.lateFraction ?? Number.NaN
  const calm = at(low).every((level) => late(level) < CLIFF_BELOW * allowed)
  return calm && at(high).every((level) => late(level) > CLIFF_ABOVE * allowed)
}

function standing({ targets }: Level, name: LatencyTarget['name']) {
  return targets.find((target) => target.name === name)
}

function pointOf(level: Level, name: LatencyTarget['name']): Point[] {
  const { offeredRps, requests, void: isVoid } = level
  const target = standing(level, name)
  if (isVoid !== null || target === undefined || !(offeredRps > 0)) return []
  const { lateFraction, lateStandardError } = target
  const chance = (lateFraction * (1 - lateFraction)) / requests
  const excess = chance > 0 ? Math.max(1, lateStandardError ** 2 / chance) : 1
  return [{ x: Math.log(offeredRps), late: lateFraction * requests, requests, excess }]
}

function logOdds(share: number): number {
  return Math.log(share / (1 - share))
}

/** Newton's method on the likelihood, the slope kept within its bounds. Null where nothing was late, or everything. */
function fitLogistic(points: readonly Point[]) {
  const sum = (of: (point: Point) => number) => points.reduce((total, point) => total + of(point), 0)
  const requests = sum((point) => point.requests)
  const late = sum((point) => point.late)
  if (points.length < 2 || late === 0 || late === requests) return null
  const centre = sum(({ x, requests: n }) => x * n) / requests
  let intercept = logOdds(late / requests)
  let slope = 15
  let information = { aa: 0, ab: 0, bb: 0 }
  for (let i = 0; i < 50; i++) {
    const share = ({ x }: Point) => 1 / (1 + Math.exp(-(intercept + slope * (x - centre))))
    const weight = (point: Point) => point.requests * share(point) * (1 - share(point))
    const miss = (point: Point) => point.late - point.requests * share(point)
    information = {
      aa: sum(weight) + 1e-9,
      ab: sum((point) => weight(point) * (point.x - centre)),
      bb: sum((point) => weight(point) * (point.x - centre) ** 2) + 1e-9,
    }
    const [a, b] = [sum(miss), sum((point) => miss(point) * (point.x - centre))]
    const { aa, ab, bb } = information
    const determinant = aa * bb - ab * ab
    const limited = (step: number, most: number) => Math.max(-most, Math.min(most, step))
    slope = Math.max(LEAST_SLOPE, Math.min(MOST_SLOPE, slope + limited((aa * b - ab * a) / determinant, 5)))
    intercept += limited(a / aa - (ab / aa) * limited((aa * b - ab * a) / determinant, 5), 1)
  }
  const excess = sum((point) => point.excess * point.late) / late
  const { aa, ab, bb } = information
  const determinant = aa * bb - ab * ab
  const standardErrorAt = (x: number) => {
    const d = x - centre
    return Math.sqrt((excess * (bb - 2 * ab * d + aa * d * d)) / determinant)
  }
  return { centre, intercept, slope, standardErrorAt }
}
