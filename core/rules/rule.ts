import type { Fact, Facts, Unknown } from '../facts/fact.js'
import type { Confidence, Fix } from '../model/diagnosis.js'
import type { Evidence } from '../model/evidence.js'

/** One finding: what it needs to know, and how it judges. */
export type Rule = {
  /** Equals the file's name and that of its page in docs/rules. */
  readonly id: string
  readonly title: string
  readonly stage: string | null
  /** Findings that explain this one where they fired; it then ranks below them. */
  readonly symptomOf: readonly string[]
  /** Ids of the facts that it rests on. */
  readonly restsOn: readonly string[]
  judge(facts: Facts): Judgement
}

export type Judgement = Fired | Unfired

export type Fired = {
  readonly verdict: 'fired'
  readonly confidence: Confidence
  /**
   * 'latency': matters because requests take long; no fault where the p95 target is met or missed by chance, so its
   * confidence is then at most low. 'event': made these very requests late, so that a miss is no matter of chance.
   * 'capacity': matters even where the target is met, because a little more load breaks the service.
   */
  readonly harm: 'latency' | 'event' | 'capacity'
  /** In place of the rule's own. */
  readonly title?: string
  readonly stage?: string
  /** What a colleague would say, with the numbers but the cost. */
  readonly summary: string
  /** The sentence after it, with the cost of the finding ("23 ms of the 40 ms p95"), however that is estimated in the end. */
  readonly costSentence?: (cost: string) => string
  /** The last sentence: which functions it is. */
  readonly whereSentence?: string | undefined
  /** A clause for the headline: "JSON parsing keeps the event loop 90 % busy". */
  readonly clause: string
  readonly removal: Removal
  readonly evidence: readonly Evidence[]
  readonly fixes: readonly Fix[]
}

/** What the fault adds to each request of `traffic.rows`; the finding's cost is p95 less the p95 without it. */
export type Removal = {
  readonly addedMs: Float64Array
  readonly method: string
  /** The service without the fault, in the change grammar; left out where that cannot say it. */
  readonly change?: string
}

export type Unfired = {
  readonly verdict: 'clear' | 'not-enough-data' | 'not-measured' | 'broken'
  readonly reason: string
}

type AnyFact = Fact<string, unknown>
type Needs<N extends readonly AnyFact[]> = {
  readonly [F in N[number] as F['id']]: F extends Fact<string, infer T> ? T : never
}

type RuleSpec<N extends readonly AnyFact[]> = Omit<Rule, 'judge' | 'restsOn'> & {
  /** An unknown one among these decides the verdict, with its reason. */
  readonly needs: N
  /** `facts` gives what may be absent. */
  judge(needs: Needs<N>, facts: Facts): Judgement
}

/** A rule whose `judge` receives exactly the facts that it asked for, by their ids. */
export function defineRule<const N extends readonly AnyFact[]>(spec: RuleSpec<N>): Rule {
  return {
    id: spec.id,
    title: spec.title,
    stage: spec.stage,
    symptomOf: spec.symptomOf,
    restsOn: spec.needs.map(({ id }) => id),
    judge(facts) {
      const values: Record<string, unknown> = {}
      for (const fact of spec.needs) {
        const derived = facts.get(fact)
        if (!derived.known) return unfired(derived)
        values[fact.id] = derived.value
      }
      return spec.judge(values as Needs<N>, facts)
    },
  }
}

export function fired(finding: Omit<Fired, 'verdict'>): Fired {
  return { verdict: 'fired', ...finding }
}

export function clear(reason: string): Unfired {
  return { verdict: 'clear', reason }
}

export function notEnough(reason: string): Unfired {
  return { verdict: 'not-enough-data', reason }
}

/** A fix whose p95 nobody has simulated yet. */
export function fix(title: string, change: string | null): Fix {
  return { title, change, predictedP95Ms: null, intervalMs: null }
}

function unfired({ verdict, reason }: Unknown): Unfired {
  return { verdict, reason }
}
