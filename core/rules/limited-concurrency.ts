import { concurrencyLimits } from '../facts/concurrency-limits.js'
import { busiest, seriesOf } from '../facts/series.js'
import { traffic } from '../facts/traffic.js'
import type { Fix } from '../model/diagnosis.js'
import { plural } from '../model/quantity.js'
import { AWAITED, STREAM_STAGE, UNATTRIBUTED_STAGE } from '../model/recording.js'
import { histogram } from '../stats/histogram.js'
import { mean } from '../stats/mean.js'
import { quantile } from '../stats/quantile.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// A smaller share of p95 leaves more to gain elsewhere.
const MIN_COST_SHARE = 0.2
const SURE_COST_SHARE = 0.4
// Above it waiting outgrows service, and a little more load breaks the service.
const BUSY_LIMIT = 0.8
// A thread that is busier computes for most of each request.
const COMPUTING = 0.5
// No limit that anybody would set, so that nothing waits.
const NO_LIMIT = 1024
const BINS = 20

/** Something that nobody recorded as a queue lets only so many requests through at a time: a pool, a lock, connections. */
export const limitedConcurrency = defineRule({
  id: 'limited-concurrency',
  title: 'Requests are let through a few at a time',
  stage: null,
  symptomOf: ['cpu-throttling', 'oversubscribed-threads', 'noisy-neighbour', 'storage-reads'],
  needs: [traffic, concurrencyLimits],
  judge({ traffic: measured, concurrencyLimits: limits }, facts) {
    const few = tooFewForP95(measured.latencyMs.length)
    if (few !== null) return few
    const [limit] = limits
    if (limit === undefined) return clear('nothing lets requests through a few at a time')
    const { stage, servers, serviceMs, busyFraction, waitMs } = limit
    const costMs = removalCostMs(measured, waitMs)
    const requests = `${plural(servers, 'request')} at a time`
    const lets = stage === null ? `the service answers ${requests}` : `${nameOf(stage)} lets through ${requests}`
    if (costMs < MIN_COST_SHARE * measured.p95Ms) return clear(`${lets}, which costs only ${ms(costMs)} of p95`)
    const thread = stage === null ? busiest(seriesOf(facts, 'thread.cpu')) : null
    const they = servers === 1 ? 'each waits' : 'they wait'
    return fired({
      confidence: costMs >= SURE_COST_SHARE * measured.p95Ms ? 'high' : 'medium',
      harm: busyFraction >= BUSY_LIMIT ? 'capacity' : 'latency',
      ...(stage !== null && { stage }),
      summary: `${capitalized(lets)}: ${they} ${ms(mean(waitMs))} on average (p95 ${ms(quantile(waitMs, 0.95))}) for a turn of ${ms(serviceMs)}, and turns are taken ${percent(busyFraction)} of the time.${doing(thread)}`,
      costSentence: (cost) => `About ${cost} is that wait.`,
      clause: `${lets}, and ${they} ${ms(mean(waitMs))} for a turn of ${ms(serviceMs)}`,
      removal: {
        addedMs: waitMs,
        ...(stage !== null && { change: `workers.${segmentOf(stage)}=${NO_LIMIT}` }),
        method: 'removal: per request its wait until fewer than the limit of those before it were left',
      },
      evidence: [
        { kind: 'metric', label: 'requests let through at a time', value: servers, unit: 'count' },
        {
          kind: 'metric',
          label: 'turns taken',
          value: busyFraction,
          unit: 'fraction',
          limit: { value: BUSY_LIMIT, reason: 'above it waiting outgrows service' },
        },
        { kind: 'metric', label: 'a turn, mean', value: serviceMs, unit: 'ms' },
        { kind: 'metric', label: 'wait for it, mean per request', value: mean(waitMs), unit: 'ms' },
        ...(thread === null
          ? []
          : [
              {
                kind: 'metric',
                label: `thread ${thread.series.instance}, of one core`,
                value: thread.mean,
                unit: 'fraction',
              } as const,
            ]),
        { kind: 'histogram', label: 'wait for a turn', unit: 'ms', bins: histogram(waitMs, BINS) },
      ],
      fixes: stage === null ? fixesOutside(thread) : fixesOf(stage, servers),
    })
  },
})

function nameOf(stage: string): string {
  if (stage === UNATTRIBUTED_STAGE) return 'something that no stage covers'
  if (stage === STREAM_STAGE) return 'what streams the answers'
  return stage === 'downstream' ? 'the way to another service' : `what ${stage} awaits`
}

type Thread = ReturnType<typeof busiest>

const computes = (thread: Thread) => thread !== null && thread.mean >= COMPUTING

/** What a service that is only seen from outside does meanwhile. */
function doing(thread: Thread): string {
  if (thread === null) return ''
  const uses = `its busiest thread uses ${percent(thread.mean)} of a core`
  return computes(thread) ? ` It computes meanwhile: ${uses}.` : ` It mostly waits meanwhile: ${uses}.`
}

function fixesOutside(thread: Thread): Fix[] {
  const more = computes(thread)
    ? 'Run more processes of the service: a thread that computes serves no other request'
    : 'Let the service answer more requests at a time: more threads or workers, or asynchronous calls'
  return [fix(more, null), fix('Make what it does for each one shorter', null)]
}

function fixesOf(stage: string, servers: number): Fix[] {
  return [
    fix(
      `Let more through at a time, if what is behind it can take them: ${whereToLook(stage, servers)}`,
      `workers.${segmentOf(stage)}=${2 * servers}`,
    ),
    fix('Make a turn shorter', null),
  ]
}

/** Limits that are often met, and where they are set. */
function whereToLook(stage: string, servers: number): string {
  if (stage === 'downstream')
    return 'maxSockets or connections of the HTTP client, or the capacity of the other service'
  if (stage === STREAM_STAGE) return 'how many answers a model generates at once (slots, sequences), or a lock'
  const known = servers === 4 ? "libuv's thread pool (UV_THREADPOOL_SIZE, 4 by default)" : 'the size of a pool'
  return `${known}, connections of a client, a lock or semaphore`
}

/** As the change grammar calls it. */
function segmentOf(stage: string): string {
  return stage === UNATTRIBUTED_STAGE ? AWAITED : stage
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
