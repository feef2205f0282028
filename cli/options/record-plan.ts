import { DiagError } from '../../core/errors.js'
import { type LoadOptions, planLoad } from '../../load/index.js'
import { type ProfileStart, profileStart } from '../recording/agent-environment.js'
import type { RecordPlan, RequestPlan, ServicePlan } from '../recording/plan.js'
import { freeDirectoryName, prepareRecordingDirectory } from '../recording/recording-directory.js'
import { meanRate, parseArrivals } from './arrivals.js'
import { parseDurationMs, parsePositiveDurationMs } from './duration.js'
import { parseCount, parsePositive, parseSentRate } from './number.js'
import type { RecordOptions } from './record-options.js'
import { parseHttpUrl, parseRequest } from './request.js'
import { parseSla } from './sla.js'

/** `record`'s options checked and read; the directory is made last, when nothing else can be wrong. */
export function planRecording(command: readonly string[], options: RecordOptions): RecordPlan {
  const request = parseRequest(options)
  const durationMs = parsePositiveDurationMs(options.duration, '--duration', '30s')
  const load = planTraffic(command, options, durationMs, request)
  const sla = options.sla === undefined ? null : parseSla(options.sla)
  if (options.check === true && sla === null) {
    throw new DiagError('usage', '--check has no SLA to check', 'add --sla p95=120ms')
  }
  if (options.check === true && 'own' in load && sla?.ttft !== undefined) {
    const fact =
      '--check cannot judge ttft of requests that others send: their clients see the first byte, nobody here does'
    throw new DiagError('usage', fact, 'drop ttft from --sla, or --no-load')
  }
  if (options.attach === true && command.length > 0) {
    const fact = '--attach is for a service that runs already; a command is started with the agent in it'
    throw new DiagError('usage', fact, 'drop --attach, or the command after --')
  }
  const profile = profileStart(load.warmupMs, durationMs)
  const planned = planService(command, options, profile)
  const attach = { profile: options.profile ? profile : null, longestMs: load.warmupMs + durationMs }
  const service = planned.kind === 'running' && options.attach === true ? { ...planned, attach } : planned
  const directory = options.output ?? freeDirectoryName('.', 'infer-diag-recording')
  return {
    directory: prepareRecordingDirectory(directory, options.force === true),
    service,
    request,
    load,
    sla,
    writeReport: options.report,
  }
}

function planTraffic(
  command: readonly string[],
  options: RecordOptions,
  durationMs: number,
  request: RequestPlan,
): RecordPlan['load'] {
  const expected = {
    expectedPeakRps: options.peak === undefined ? null : parsePositive(options.peak, '--peak'),
    durationMs,
    warmupMs: parseDurationMs(options.warmup, '--warmup'),
  }
  if (!options.load) {
    if (command.length > 0 || options.attach === true)
      return { ...expected, own: { method: options.method === undefined ? null : request.method } }
    const fact =
      'without a load and without a command there is nothing to see: requests are seen from inside the service'
    throw new DiagError(
      'usage',
      fact,
      'give the command that starts the service after --, --attach to one that runs, or drop --no-load',
    )
  }
  const arrivals = parseArrivals(options.arrivals)
  const load = {
    ...expected,
    arrivals,
    rate: typeof arrivals === 'string' ? parseSentRate(options.rate, '--rate') : meanRate(arrivals.trace),
    seed: parseCount(options.seed, '--seed'),
    timeoutMs: Math.max(1, parsePositiveDurationMs(options.timeout, '--timeout', '10s')),
  }
  planLoad({ ...sent(request), ...load, dir: null })
  return load
}

/** A request as the load generator takes it. */
export function sent({
  url,
  method,
  headers,
  body,
}: RequestPlan): Pick<LoadOptions, 'url' | 'method' | 'headers' | 'body'> {
  return { url: url.href, method, headers: Object.entries(headers), body }
}

/** A service to start, or one that runs already. */
export function planService(
  command: readonly string[],
  options: Pick<RecordOptions, 'ready' | 'readyTimeout' | 'profile'>,
  profile: NonNullable<ProfileStart>,
): ServicePlan {
  const readyUrl = options.ready === undefined ? null : parseHttpUrl(options.ready, '--ready')
  const readyTimeoutMs = parseDurationMs(options.readyTimeout, '--ready-timeout')
  if (command.length === 0) return { kind: 'running', readyUrl, readyTimeoutMs, attach: null }
  return { kind: 'start', command, env: {}, readyUrl, readyTimeoutMs, profile: options.profile ? profile : null }
}
