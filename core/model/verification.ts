import { formatMs, formatPercent, formatRange, NOT_MEASURED } from './quantity.js'

type Measured = { readonly p50Ms: number | null; readonly p95Ms: number | null; readonly p99Ms: number | null }

/** Changes made for real: what was predicted of them beforehand, and what a second recording of the same load measured. */
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

/** One sentence, the same in the terminal, the report and the postmortem. */
export function describeVerification({ predicted, measured, before, ...judged }: Verification): string {
  const got = measured.p95Ms === null ? NOT_MEASURED : `measured ${formatMs(measured.p95Ms)}`
  const was = before.p95Ms === null ? '' : `, ${formatMs(before.p95Ms)} before`
  const sla = judged.slaMet === null ? '' : judged.slaMet ? '; the SLA is met' : '; the SLA is missed'
  if ('withheld' in predicted)
    return `With both changes the p95 ${got}${was}${sla}. No prediction: ${predicted.withheld}.`
  const said = `predicted ${formatMs(predicted.p95Ms)} (${formatRange(predicted.p95IntervalMs)})`
  const verdict =
    judged.withinInterval === null || judged.errorP95 === null
      ? ''
      : `, ${judged.withinInterval ? 'inside' : 'outside of'} the interval (${formatPercent(Math.abs(judged.errorP95))} too ${judged.errorP95 < 0 ? 'low' : 'high'})`
  return `With both changes the p95 was ${said} and ${got}${verdict}${was}${sla}.`
}
