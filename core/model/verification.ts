import { formatMs, formatPercent, formatRange, NOT_MEASURED } from './quantity.js'

type Measured = { readonly p50Ms: number | null; readonly p95Ms: number | null; readonly p99Ms: number | null }

/** Changes made for real: what the first recording lets predict of them, and what a second one measured. */
export type Verification = {
  /** In the change grammar, with what it means for a person. */
  readonly changes: readonly { readonly change: string; readonly title: string }[]
  /** What the prediction takes for granted, and what was measured beforehand instead; nothing without a prediction. */
  readonly assumptions: readonly string[]
  readonly before: Measured
  readonly predicted:
    | { readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number; readonly p95IntervalMs: Interval }
    | { readonly withheld: string }
  readonly measured: Measured & { readonly p95IntervalMs: Interval | null }
  /** predicted / measured - 1; null without one of them. */
  readonly errorP95: number | null
  readonly withinInterval: boolean | null
  /** By the second recording; null when it allows no verdict. */
  readonly slaMet: boolean | null
}

type Interval = readonly [number, number]

export type VerificationRow = Measured & { readonly name: string; readonly p95IntervalMs: Interval | null }

/** What stands side by side in every table of a verification: before, predicted where something was, measured. */
export function verificationRows({ before, predicted, measured }: Verification): VerificationRow[] {
  return [
    { name: 'measured before', ...before, p95IntervalMs: null },
    ...('withheld' in predicted ? [] : [{ name: 'predicted', ...predicted }]),
    { name: 'measured with changes', ...measured },
  ]
}

/** One sentence, the same in the terminal, the report and the postmortem. */
export function describeVerification({ changes, predicted, measured, before, ...judged }: Verification): string {
  const got = measured.p95Ms === null ? NOT_MEASURED : `measured ${formatMs(measured.p95Ms)}`
  const was = before.p95Ms === null ? '' : `, ${formatMs(before.p95Ms)} before`
  const sla = judged.slaMet === null ? '' : judged.slaMet ? '; the SLA is met' : '; the SLA is missed'
  const made = `With ${allOf(changes.length)}`
  if ('withheld' in predicted) return `${made} the p95 ${got}${was}${sla}. No prediction: ${predicted.withheld}.`
  const said = `predicted ${formatMs(predicted.p95Ms)} (${formatRange(predicted.p95IntervalMs)})`
  const verdict =
    judged.withinInterval === null || judged.errorP95 === null
      ? ''
      : `, ${judged.withinInterval ? 'inside' : 'outside of'} the interval (${formatPercent(Math.abs(judged.errorP95))} too ${judged.errorP95 < 0 ? 'low' : 'high'})`
  return `${made} the p95 was ${said} and ${got}${verdict}${was}${sla}.`
}

function allOf(changes: number): string {
  if (changes === 1) return 'the change'
  return changes === 2 ? 'both changes' : `the ${changes} changes`
}

type Made = Pick<Verification, 'changes' | 'assumptions' | 'before' | 'predicted' | 'measured' | 'slaMet'>

/** Sets the measured p95 against the predicted one. */
export function scoreVerification(made: Made): Verification {
  const { predicted, measured } = made
  if ('withheld' in predicted || measured.p95Ms === null) return { ...made, errorP95: null, withinInterval: null }
  const [low, high] = predicted.p95IntervalMs
  return {
    ...made,
    errorP95: predicted.p95Ms / measured.p95Ms - 1,
    withinInterval: measured.p95Ms >= low && measured.p95Ms <= high,
  }
}
