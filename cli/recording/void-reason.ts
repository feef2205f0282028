import { DiagError } from '../../core/errors.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import type { Outcome, Recording } from '../../core/model/recording.js'
import { hasAgent, processOf } from '../../core/model/thread-instance.js'
import { sampleSizeForPercentile } from '../../core/stats/percentile-interval.js'
import { type LoadOutcome, type LoadVoid, NO_ANSWER_HINT } from '../../load/index.js'
import { isNode, LOST_AGENT_HINT } from '../lost-agent.js'
import { openFilesHint } from '../open-files.js'

const VOID_HINTS = {
  'nothing-measured': 'raise --duration or --rate',
  'all-failed': 'check the URL, --method and --body, and what the service wrote to its log',
  overloaded: 'lower --rate; `infer-diag load` finds the highest that the service can carry',
  'client-bound': 'lower --rate, or send the load from a machine with free CPU',
} as const satisfies Record<LoadVoid['cause'], string>

/** Where every request failed alike; in other ways than these the request may be wrong. */
const FAILED_HINTS: Partial<Record<Outcome, string>> = {
  timeout: NO_ANSWER_HINT,
  refused: 'check the URL (http or https, host, port), and whether the service still runs',
}

const ROUTES_NAMED = 5

/** What to do about a load that proves nothing. */
export function voidHint({ cause, refused, mostly }: LoadVoid): string {
  if (cause === 'all-failed') return (mostly === undefined ? undefined : FAILED_HINTS[mostly]) ?? VOID_HINTS[cause]
  if (refused === undefined) return VOID_HINTS[cause]
  if (refused === 'EMFILE') return `${openFilesHint()}, or send fewer requests a second`
  return 'raise that limit of this machine, or send fewer requests a second'
}

/** Why nothing may be concluded from a run, as a `void` error; null when something may. `load`: null where nothing was sent. */
export function voidReason(load: LoadOutcome | null, recording: Recording, diagnosis: Diagnosis): DiagError | null {
  const { endToEnd } = diagnosis
  if (load?.void) return new DiagError('void', load.void.reason, voidHint(load.void))
  if (load === null && endToEnd.requests === 0) return nothingCame(recording, diagnosis)
  if (endToEnd.p95Ms !== null) return null
  const fact = `${endToEnd.requests} requests are too few for a p95: ${sampleSizeForPercentile(0.95)} answered ones are needed`
  return new DiagError('void', fact, load === null ? 'record for longer: --duration' : VOID_HINTS['nothing-measured'])
}

/** Of the traffic that was to be recorded. */
function nothingCame({ meta, requests, routes }: Recording, { resources }: Diagnosis): DiagError {
  if (meta.service.observed === 'outside') {
    const fact = 'no request was seen: the service is not Node, or keeps NODE_OPTIONS from its process'
    return new DiagError('void', fact, 'drop --no-load, and its latency is measured by sending requests')
  }
  if (requests.count === 0) {
    const busiest = resources.hottestThread?.name
    if (meta.command !== null && busiest !== undefined && isNode(busiest) && !hasAgent(meta, busiest)) {
      const fact = `no request was seen: no agent ran in the service's busiest process, ${processOf(busiest)}`
      return new DiagError('void', fact, LOST_AGENT_HINT)
    }
    return new DiagError(
      'void',
      'no request came while it recorded',
      'send some meanwhile, or record for longer: --duration',
    )
  }
  const wanted = `${meta.ownTraffic?.method ?? ''} ${meta.ownTraffic?.path ?? '/'}`.trim()
  const seen = routes.slice(0, ROUTES_NAMED).join(', ')
  return new DiagError(
    'void',
    `no request for ${wanted} came after the warm-up; seen: ${seen}`,
    'check the path of --url, and --method',
  )
}
