import { DiagError } from '../../core/errors.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import { OUTCOMES, PHASES, type Recording } from '../../core/model/recording.js'

const MEASURED = PHASES.indexOf('measured')

/** Why nothing may be concluded from a recording, as a `void` error; null when something may. */
export function voidReason(recording: Recording, diagnosis: Diagnosis): DiagError | null {
  const unsound = recording.meta.load?.void ?? null
  if (unsound !== null) {
    return new DiagError('void', unsound.reason, 'lower --rate, or send the load from a machine with free CPU')
  }
  const { requests, ok, failures } = countMeasured(recording)
  if (requests === 0) return new DiagError('void', 'no request was measured', 'raise --duration or --rate')
  if (ok === 0) {
    const counts = [...failures].map(([what, count]) => `${count} x ${what}`).join(', ')
    return new DiagError(
      'void',
      `every measured request failed: ${counts}`,
      'check --url, --method and --body, and what the service wrote to service.log',
    )
  }
  if (diagnosis.endToEnd.p95Ms === null) {
    return new DiagError('void', `${requests} requests are too few for a p95`, 'raise --duration or --rate')
  }
  return null
}

function countMeasured({ requests }: Recording) {
  const failures = new Map<string, number>()
  let measured = 0
  let ok = 0
  for (let row = 0; row < requests.count; row += 1) {
    const outcome = OUTCOMES[requests.outcome[row]!]!
    if (requests.phase[row] !== MEASURED || outcome === 'unobserved') continue
    measured += 1
    if (outcome === 'ok') {
      ok += 1
      continue
    }
    const what = outcome === 'http-error' ? `status ${requests.status[row]}` : outcome
    failures.set(what, (failures.get(what) ?? 0) + 1)
  }
  return { requests: measured, ok, failures }
}
