import { DiagError } from '../../core/errors.js'
import type { LevelVoid } from '../../core/model/load-level.js'
import type { LoadReport } from '../../core/model/load-report.js'
import { voidHint } from '../recording/void-reason.js'

type Found = Pick<LoadReport, 'mode' | 'levels' | 'peakRps' | 'maxPassingRps' | 'firstFailingRps' | 'bindingConstraint'>

const NOTHING_MEASURED: LevelVoid = { cause: 'nothing-measured', reason: 'nothing was measured' }

/** What to do differently with `load`, where that is not what `record` would do. */
const HINTS: Partial<Record<LevelVoid['cause'], string>> = {
  'nothing-measured': 'raise --duration, or hold higher rates',
  overloaded: 'hold lower rates, or let a ramp find the highest that the service can carry: --sla p95=120ms',
}

/**
 * Why `load` fails although it has a result; null when it does not. With `check` a peak has to be shown to pass: not knowing
 * (the client gave out, the ramp was interrupted, the peak is between what passed and what failed) is void, neither pass nor miss.
 */
export function failureOf(found: Found, check: boolean): DiagError | null {
  const { mode, levels, peakRps, maxPassingRps, firstFailingRps, bindingConstraint } = found
  const isChecked = check && peakRps !== null
  if (isChecked && maxPassingRps !== null && peakRps <= maxPassingRps) return null
  const clientBound = levels.find(({ void: reason }) => reason?.cause === 'client-bound')?.void ?? null
  if (bindingConstraint === 'client' || (mode !== 'ramp' && clientBound !== null)) {
    const hint =
      clientBound?.refused === undefined ? 'send the load from a machine with free CPU' : voidHint(clientBound)
    return new DiagError('void', clientBound?.reason ?? 'the load generator could not keep up', hint)
  }
  if (levels.every(({ void: reason }) => reason !== null)) {
    const why = levels[0]?.void ?? NOTHING_MEASURED
    return new DiagError('void', why.reason, HINTS[why.cause] ?? voidHint(why))
  }
  if (!isChecked) return null
  if (firstFailingRps === null || peakRps < firstFailingRps) {
    const passes = maxPassingRps === null ? 'no rate was seen to pass' : `${maxPassingRps} pass`
    const fails = firstFailingRps === null ? 'none was seen to fail' : `${firstFailingRps} fail`
    return new DiagError(
      'void',
      `the expected peak of ${peakRps} requests/s was not shown to pass, nor to fail: ${passes}, ${fails}`,
      'let the ramp run to its end with a --to above the peak, or hold the peak with --steps',
    )
  }
  const most = maxPassingRps === null ? 'no rate that was tried passes' : `at most ${maxPassingRps} pass`
  return new DiagError(
    'missed',
    `the expected peak of ${peakRps} requests/s is too much: ${most}`,
    'see the table for what binds',
  )
}
