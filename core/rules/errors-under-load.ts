import { device } from '../facts/device.js'
import { eventLoop } from '../facts/event-loop.js'
import type { Facts } from '../facts/fact.js'
import { type Failures, failures } from '../facts/failures.js'
import { traffic } from '../facts/traffic.js'
import { OUTCOMES } from '../model/recording.js'
import { sampleSizeForPercentile } from '../stats/percentile-interval.js'
import { quantile } from '../stats/quantile.js'
import { clear, defineRule, fired, fix, notEnough } from './rule.js'
import { count, percent } from './wording.js'

// Without a target of its own, one request in a hundred is what users of a service notice.
const DEFAULT_ERROR_RATE = 0.01
// A handful of failures is an incident, not a rate.
const MIN_FAILURES = 10
// Failures that find a third more company than answers do come with the load.
const CROWDED = 1.33
const SURE_ERROR_RATE = 0.05
// Failures that met more company than answers less often than this, or than chance explains, do not come with the load.
const LITTLE_CROWDING = 0.6
const BY_CHANCE = 2
const FULL = 0.9

/** Requests time out or are turned away when the service is crowded. */
export const errorsUnderLoad = defineRule({
  id: 'errors-under-load',
  title: 'Requests fail when load is high',
  stage: null,
  symptomOf: [
    'json-parsing',
    'serialization',
    'slow-preprocess',
    'slow-postprocess',
    'slow-stage',
    'untimed-code',
    'blocking-model-call',
    'gc-pressure',
    'cpu-throttling',
    'oversubscribed-threads',
    'noisy-neighbour',
    'saturated-event-loop',
    'saturated-queue',
    'saturated-device',
    'bursty-arrivals',
    'cold-start',
  ],
  needs: [traffic, failures],
  judge({ traffic: { latencyMs, rows }, failures: f }, facts) {
    const needed = sampleSizeForPercentile(0.95)
    if (f.requests < needed) return notEnough(`${f.requests} requests, ${needed} needed`)
    const crowded = f.inFlightFailed >= CROWDED * f.inFlightAnswered
    const failed = f.timeouts + f.unreachable + f.rejected + (crowded ? f.broken : 0)
    const rate = failed / f.requests
    const limit = facts.recording.meta.sla?.errorRate ?? DEFAULT_ERROR_RATE
    if (failed < MIN_FAILURES || rate <= limit) {
      const atAnyLoad = f.broken > 0 && !crowded ? `; ${f.broken} answers of 5xx come at any load` : ''
      const aborted = f.aborted > 0 ? `; ${f.aborted} clients went away by themselves` : ''
      return clear(`${failed} of ${f.requests} requests failed for load${atAnyLoad}${aborted}`)
    }
    const typicalMs = quantile(latencyMs, 0.5)
    const { outcome } = facts.recording.requests
    const timedOut = OUTCOMES.indexOf('timeout')
    const how = describe(f, crowded)
    const company = `${count(f.inFlightFailed)} requests are in the service when one fails, ${count(f.inFlightAnswered)} when one is answered.`
    const anyLoad =
      !crowded && !isFull(facts) && f.crowding < Math.max(LITTLE_CROWDING, 0.5 + BY_CHANCE * f.crowdingError)
    return fired({
      ...(anyLoad ? { title: 'Requests fail at any load' } : {}),
      confidence: rate >= SURE_ERROR_RATE || crowded ? 'high' : 'medium',
      harm: 'capacity',
      summary: anyLoad
        ? `${percent(rate)} of the requests fail: ${how}. They do not come with the load: ${company}`
        : `${percent(rate)} of the requests fail for load: ${how}. ${company}`,
      clause: anyLoad ? `${how}, at any load` : `${how} when load is high`,
      removal: {
        addedMs: latencyMs.map((latency, i) => (outcome[rows[i]!] === timedOut ? Math.max(0, latency - typicalMs) : 0)),
        method: 'removal: timeouts as quick as a typical request; other failures are no latency',
      },
      evidence: [
        {
          kind: 'metric',
          label: anyLoad ? 'requests that failed' : 'requests that failed for load',
          value: rate,
          unit: 'fraction',
          limit: { value: limit, reason: 'the error rate that the target allows, or one in a hundred' },
        },
        { kind: 'metric', label: 'timeouts', value: f.timeouts, unit: 'count' },
        ...(f.stuck === null
          ? []
          : [
              {
                kind: 'metric',
                label: `timeouts that waited in ${f.stuck.stage} when the client gave up`,
                value: f.stuck.timeouts,
                unit: 'count',
              } as const,
            ]),
        { kind: 'metric', label: 'refused or reset connections', value: f.unreachable, unit: 'count' },
        { kind: 'metric', label: 'turned away (429, 503, 504)', value: f.rejected, unit: 'count' },
        { kind: 'metric', label: 'in flight when one fails', value: f.inFlightFailed, unit: 'count' },
        { kind: 'metric', label: 'in flight when one is answered', value: f.inFlightAnswered, unit: 'count' },
      ],
      fixes: [
        ...(anyLoad
          ? [fix('See in its log why: a dependency that fails, a rate limit, a circuit breaker', null)]
          : f.timeouts + f.unreachable > f.rejected
            ? [
                fix(
                  'Bound the queue and answer 503 with Retry-After at once instead of letting requests time out',
                  null,
                ),
              ]
            : [
                fix(
                  'Raise the limit on requests inside where the device has time to spare, else add an instance',
                  null,
                ),
              ]),
        fix('Let clients retry later, with jitter and a budget, so that retries do not add to the load', null),
      ],
    })
  },
})

/** Everybody then meets much company, so that company tells nothing. */
function isFull(facts: Facts): boolean {
  const busiest = Math.max(facts.find(eventLoop)?.utilization ?? 0, facts.find(device)?.busyFraction ?? 0)
  return busiest >= FULL
}

function describe(f: Failures, crowded: boolean): string {
  const kinds = [
    [f.timeouts, f.stuck === null ? 'time out' : `time out (${f.stuck.timeouts} of them in ${f.stuck.stage})`],
    [f.unreachable, 'are refused or reset'],
    [f.rejected, 'are turned away'],
    [crowded ? f.broken : 0, 'are answered 5xx'],
  ] as const
  return kinds
    .filter(([n]) => n > 0)
    .map(([n, what]) => `${n} ${what}`)
    .join(', ')
}
