import type { Constraint, Knee, Level } from '../../core/model/load-level.js'
import { locateKnee } from './knee.js'
import type { LatencyTarget } from './lateness.js'

export type LevelRequest = { readonly rate: number; readonly seed: number; readonly step: SearchStep }
export type SearchStep = 'doubling' | 'bisection' | 'repeat'

/** Runs one level. */
export type Measure = (request: LevelRequest) => Promise<Level>

export type SearchPlan = {
  /** Where doubling begins. */
  readonly startRps: number
  /** No rate above is tried. */
  readonly maxRps: number
  /** The highest passing and the lowest failing rate end up this near, as a share: 0.04. */
  readonly precision: number
  /** At least one; the share of late requests of the one that binds decides where the knee is. */
  readonly targets: readonly LatencyTarget[]
  readonly seed: number
  /** Once aborted, the level under way is lost, and the search ends with what those before it say. */
  readonly signal?: AbortSignal | undefined
}

export type Search = {
  readonly levels: readonly Level[]
  /** Highest rate that passed with every lower one; null when none did. */
  readonly maxPassingRps: number | null
  /** Lowest rate that failed above it; null when none did. */
  readonly firstFailingRps: number | null
  /** What the lowest failing rate failed by. */
  readonly bindingConstraint: Constraint | null
  readonly knee: Knee
}

/** Down to this share of the start, a service that fails is given another chance. */
const LOWEST_SHARE = 1 / 32
/** Pairs of levels on both sides of the knee, at most: each pair meets new arrivals, the same for both. */
export const MOST_PAIRS = 4
/** The knee is known well enough when its 95 % interval reaches this far to both sides, as a share of the precision. */
const WELL_KNOWN = 0.6

/**
 * Finds where the SLA breaks: doubles the rate until a level fails, halves the bracket until it is narrow, and holds pairs
 * of rates just below and just above the estimated knee, with arrivals that are new but the same for both (common random
 * numbers), until the knee is known. A level that the client could not drive is tried twice. Rejects with what `measure`
 * rejects with, but for an abort after the first level.
 */
export async function searchKnee(measure: Measure, plan: SearchPlan): Promise<Search> {
  const search = new KneeSearch(measure, plan)
  try {
    await search.run()
  } catch (error) {
    if (plan.signal?.aborted !== true || search.isEmpty) throw error
  }
  return search.result()
}

class KneeSearch {
  readonly #measure: Measure
  readonly #plan: SearchPlan
  readonly #levels: Level[] = []
  #seed: number
  #passingRps: number | null = null
  #failingRps: number | null = null

  constructor(measure: Measure, plan: SearchPlan) {
    this.#measure = measure
    this.#plan = plan
    this.#seed = plan.seed
  }

  get isEmpty(): boolean {
    return this.#levels.length === 0
  }

  async run(): Promise<void> {
    const { precision } = this.#plan
    await this.#double()
    await this.#bisect(2 * precision)
    // Where latency crosses its limit steadily, pairs around the crossing say more than further halving; a cliff needs that.
    if (this.#knee()?.kind !== 'point') await this.#bisect(precision)
    await this.#pair()
  }

  async #double(): Promise<void> {
    const { startRps, maxRps } = this.#plan
    let rate = Math.min(startRps, maxRps)
    while (await this.#passes(rate, 'doubling')) {
      this.#passingRps = rate
      if (rate >= maxRps) return
      rate = Math.min(rate * 2, maxRps)
    }
    this.#failingRps = rate
    while (this.#passingRps === null && rate > startRps * LOWEST_SHARE) {
      rate /= 2
      if (await this.#passes(rate, 'doubling')) this.#passingRps = rate
      else this.#failingRps = rate
    }
  }

  /** Until the ends are this near, as a share. */
  async #bisect(share: number): Promise<void> {
    for (;;) {
      if (this.#passingRps === null || this.#failingRps === null) return
      if (this.#failingRps / this.#passingRps <= 1 + share) return
      // The middle of the rates' logarithms, kept to figures that can be read.
      const rate = tidy(Math.sqrt(this.#passingRps * this.#failingRps))
      if (rate <= this.#passingRps || rate >= this.#failingRps) return
      if (await this.#passes(rate, 'bisection')) this.#passingRps = rate
      else this.#failingRps = rate
    }
  }

  async #pair(): Promise<void> {
    for (let pairs = 0; pairs < MOST_PAIRS && this.#isOpen(pairs); pairs++) {
      const [low, high] = this.#sides()
      this.#seed++
      await this.#take({ rate: low, seed: this.#seed, step: 'repeat' })
      await this.#take({ rate: high, seed: this.#seed, step: 'repeat' })
    }
  }

  /** Null: there is no bracket. */
  #knee(): Knee | null {
    const [passingRps, failingRps] = [this.#passingRps, this.#failingRps]
    if (passingRps === null || failingRps === null) return null
    return locateKnee(this.#levels, this.#binding(), [passingRps, failingRps])
  }

  /** The target that the failing rate fails by; the first where it is none of them. */
  #binding(): LatencyTarget {
    const { targets } = this.#plan
    const constraint = this.#constraintAt(this.#failingRps!)
    return targets.find(({ name }) => name === constraint) ?? targets[0]!
  }

  result(): Search {
    const knee = this.#knee()
    const [maxPassingRps, firstFailingRps] = this.#ends(knee)
    return {
      levels: this.#levels,
      maxPassingRps,
      firstFailingRps,
      bindingConstraint: firstFailingRps === null ? null : this.#constraintAt(firstFailingRps),
      knee:
        knee ??
        (maxPassingRps === null
          ? { kind: 'none-passes', triedRps: firstFailingRps! }
          : { kind: 'not-reached', triedRps: maxPassingRps }),
    }
  }

  /** Whether another pair could still make the knee better known. */
  #isOpen(pairs: number): boolean {
    const knee = this.#knee()
    if (knee === null || this.#constraintAt(this.#failingRps!) === 'client') return false
    if (knee.kind === 'cliff') return pairs < 1
    if (knee.kind !== 'point') return false
    const [low, high] = knee.intervalRps
    return pairs < 1 || (high - low) / 2 > WELL_KNOWN * this.#plan.precision * knee.rps
  }

  /** The rates of the next pair: half the precision below and above the knee, or the ends of the bracket at a cliff. */
  #sides(): readonly [number, number] {
    const knee = this.#knee()
    if (knee?.kind !== 'point') return [this.#passingRps!, this.#failingRps!]
    const step = 1 + this.#plan.precision / 2
    return [this.#known(knee.rps / step), this.#known(knee.rps * step)]
  }

  /** A rate that was held already, where one is as near as makes no difference: its levels add up. */
  #known(rate: number): number {
    const slack = 1 + this.#plan.precision / 4
    return this.#rates().find((other) => other < rate * slack && other > rate / slack) ?? tidy(rate)
  }

  /** Highest passing and lowest failing rate: of the pairs' where they agree with the knee, else of the bracket. */
  #ends(knee: Knee | null): readonly [number | null, number | null] {
    const bracket = [this.#passingRps, this.#failingRps] as const
    if (knee?.kind !== 'point') return bracket
    const passing = this.#rates().filter((rate) => rate <= knee.rps && this.#pooledPass(rate))
    const failing = this.#rates().filter((rate) => rate >= knee.rps && !this.#pooledPass(rate))
    return [passing.at(-1) ?? bracket[0], failing[0] ?? bracket[1]]
  }

  async #passes(rate: number, step: SearchStep): Promise<boolean> {
    this.#seed++
    const level = await this.#take({ rate, seed: this.#seed, step })
    return level.constraint === null && level.void === null
  }

  /**
   * A level whose client fell behind may have met another process on its machine, one that is unstable without being late arrivals
   * that grew by chance: each gets a second try.
   */
  async #take(request: LevelRequest): Promise<Level> {
    let level = await this.#measure(request)
    if (level.constraint === 'client') level = await this.#measure(request)
    else if (this.#isUnstableOnly(level)) level = await this.#measure({ ...request, seed: ++this.#seed })
    this.#levels.push(level)
    return level
  }

  #isUnstableOnly(level: Level): boolean {
    const inTime = this.#plan.targets.every(({ name, allowed }) => lateFraction(level, name) <= allowed)
    return level.stability.kind === 'unstable' && level.constraint !== 'errors' && inTime
  }

  #at(rate: number): readonly Level[] {
    return this.#levels.filter((level) => level.rate === rate)
  }

  /** All levels of a rate taken together: their late requests against what is tolerated, else the majority. */
  #pooledPass(rate: number): boolean {
    const levels = this.#at(rate)
    const failed = levels.filter(({ constraint }) => constraint !== null)
    const { name, allowed } = this.#binding()
    if (failed.some(({ constraint }) => constraint !== name)) {
      return failed.length * 2 < levels.length
    }
    const requests = levels.reduce((sum, level) => sum + level.requests, 0)
    const late = levels.reduce((sum, level) => sum + level.requests * lateFraction(level, name), 0)
    return late <= allowed * requests
  }

  #constraintAt(rate: number): Constraint | null {
    return this.#at(rate).find(({ constraint }) => constraint !== null)?.constraint ?? null
  }

  #rates(): number[] {
    return [...new Set(this.#levels.map(({ rate }) => rate))].sort((a, b) => a - b)
  }
}

function lateFraction({ targets }: Level, name: LatencyTarget['name']): number {
  return targets.find((target) => target.name === name)?.lateFraction ?? 0
}

/** Three digits: 736.43 is 736. */
function tidy(rate: number): number {
  return Number(rate.toPrecision(3))
}
