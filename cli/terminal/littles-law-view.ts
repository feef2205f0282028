import { formatCount, formatMs } from '../../core/model/quantity.js'
import type { LittlesLaw } from '../../core/sim/plan/littles-law.js'

export function showLittlesLaw({ rate, latencyMs, inFlight, found, consistent }: LittlesLaw): string {
  const terms = {
    rate: `${formatCount(rate)} requests/s`,
    latencyMs: formatMs(latencyMs),
    inFlight: formatCount(inFlight),
  }
  const law = `${terms.inFlight} in flight = ${terms.rate} x ${terms.latencyMs}`
  if (found === 'nothing') {
    const product = formatCount((rate * latencyMs) / 1000)
    return consistent
      ? `The three agree: ${law}.\n`
      : `The three disagree: ${terms.rate} x ${terms.latencyMs} = ${product} in flight, not ${terms.inFlight}.\n` +
          'Either one is measured wrongly, or requests pile up or vanish.\n'
  }
  const names = { rate: 'Throughput', latencyMs: 'Mean latency', inFlight: 'In flight' }
  return `${names[found]}: ${terms[found]}.\n${law}: exact for means in any stable system.\n`
}
