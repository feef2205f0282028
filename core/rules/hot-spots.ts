import type { HotSpots } from '../facts/hot-functions.js'
import { type Evidence, functionInWords } from '../model/evidence.js'
import { count, percent } from './wording.js'

/** A sentence that lists more of them is not read; the evidence has the rest. */
const NAMED = 2
/** "Mostly" is more than half; two standard errors of a binomial share decide whether the samples say so for sure. */
const MOSTLY = 0.5
const SURE_ERRORS = 2

/** What a finding says of the functions that its time is spent in: nothing where the CPU profile does not tell. */
export function whereOf(
  spots: HotSpots | null,
  whose: string,
  it = 'it',
): { readonly sentence: string | undefined; readonly evidence: readonly Evidence[] } {
  if (spots === null || spots.functions.length === 0) return { sentence: undefined, evidence: [] }
  const { samples, functions } = spots
  const named = functions.filter(({ kind }) => kind !== 'other').slice(0, NAMED)
  const list = named.map((one, i) => `${percent(one.share)} ${i === 0 ? `of ${it} is ` : ''}in ${functionInWords(one)}`)
  return {
    sentence:
      named.length === 0 ? undefined : `${list.join(' and ')}, by ${count(samples)} samples of the CPU profile.`,
    evidence: [{ kind: 'functions', label: whose, samples, functions }],
  }
}

/** The function of the service or a package that most of the time is in, in words; null where none is known. */
export function largestOf(spots: HotSpots | null): string | null {
  const largest = spots?.functions.find(({ kind }) => kind !== 'other')
  return largest === undefined ? null : functionInWords(largest)
}

/** The one function that most of the time is in for sure, or null. */
export function mostlyIn(spots: HotSpots | null): string | null {
  const first = spots?.functions[0]
  if (spots === null || first === undefined || first.kind === 'other') return null
  const error = Math.sqrt((first.share * (1 - first.share)) / spots.samples)
  return first.share - SURE_ERRORS * error > MOSTLY ? functionInWords(first) : null
}
