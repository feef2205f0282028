import type { Recording } from '../model/recording.js'

/** A derived value, or why there is none. */
export type Known<T> = { readonly known: true; readonly value: T } | Unknown

export type Unknown = {
  readonly known: false
  readonly verdict: 'not-measured' | 'not-enough-data' | 'broken'
  readonly reason: string
}

/** Something derived from a Recording, computed at most once for each. `Id` is its name in a rule's `judge`. */
export type Fact<Id extends string, T> = {
  readonly id: Id
  derive(facts: Facts): Known<T>
}

/** The facts of one recording, each derived on first use and kept. */
export class Facts {
  readonly recording: Recording
  readonly #derived = new Map<string, Known<unknown>>()

  constructor(recording: Recording) {
    this.recording = recording
  }

  /** A fact that throws is unknown with verdict 'broken': one bug must not lose the whole report. */
  get<T>(fact: Fact<string, T>): Known<T> {
    const earlier = this.#derived.get(fact.id)
    if (earlier !== undefined) return earlier as Known<T>
    let derived: Known<T>
    try {
      derived = fact.derive(this)
    } catch (error) {
      derived = { known: false, verdict: 'broken', reason: `deriving ${fact.id} failed: ${messageOf(error)}` }
    }
    this.#derived.set(fact.id, derived)
    return derived
  }

  /** The value, or `null` where it is unknown. */
  find<T>(fact: Fact<string, T>): T | null {
    const derived = this.get(fact)
    return derived.known ? derived.value : null
  }
}

const memo = new WeakMap<Recording, Facts>()

/** The facts of `recording`; the same object for the same recording, so rules, charts and diagnose share the work. */
export function factsOf(recording: Recording): Facts {
  let facts = memo.get(recording)
  if (facts === undefined) {
    facts = new Facts(recording)
    memo.set(recording, facts)
  }
  return facts
}

export function known<T>(value: T): Known<T> {
  return { known: true, value }
}

export function notMeasured(reason: string): Unknown {
  return { known: false, verdict: 'not-measured', reason }
}

export function notEnoughData(reason: string): Unknown {
  return { known: false, verdict: 'not-enough-data', reason }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
