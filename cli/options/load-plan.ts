import { DiagError } from '../../core/errors.js'
import { slaTargets } from '../../core/model/sla-targets.js'
import { planLoad } from '../../load/index.js'
import type { LoadPlan, LoadTask } from '../loading/plan.js'
import { PROFILE_WINDOW_MS } from '../recording/agent-environment.js'
import { freeDirectoryName, prepareRecordingDirectory } from '../recording/recording-directory.js'
import { parseArrivals } from './arrivals.js'
import { parseDurationMs, parsePositiveDurationMs } from './duration.js'
import type { LoadCommandOptions } from './load-options.js'
import { parseCount, parsePositive, parseSentRate } from './number.js'
import { planService, sent } from './record-plan.js'
import { parseHttpUrl, parseRequest } from './request.js'
import { parseShare } from './share.js'
import { parseSla } from './sla.js'

const MOST_STEPS = 50
const RAMP_HINT = 'add --sla p95=120ms, or hold rates of your choice with --steps 50,100'

/** `load`'s options checked and read; the directory is made last, when nothing else can be wrong. */
export function planLoadCommand(url: string, command: readonly string[], options: LoadCommandOptions): LoadPlan {
  parseHttpUrl(url, '<url>')
  const request = parseRequest({ ...options, url })
  const task = planTask(options)
  const sla = options.sla === undefined ? null : parseSla(options.sla)
  if (task.kind === 'ramp' && sla === null) {
    throw new DiagError('usage', 'the ramp needs a latency that may not be exceeded', RAMP_HINT)
  }
  if (sla !== null && slaTargets(sla).length === 0) {
    const hint = `write --sla p95=120ms,${options.sla}`
    throw new DiagError('usage', `--sla ${options.sla} has no latency, by which a load is judged`, hint)
  }
  const peakRps = options.peak === undefined ? null : parsePositive(options.peak, '--peak')
  if (options.check === true && (peakRps === null || sla === null)) {
    throw new DiagError('usage', '--check needs an expected peak and an SLA', 'add --peak 300 --sla p95=120ms')
  }
  if (options.check === true && task.kind !== 'ramp' && task.kind !== 'steps') {
    throw new DiagError('usage', '--check needs a ramp or --steps', 'drop --check, or what makes it another load')
  }
  const warmupMs = parseDurationMs(options.warmup, '--warmup')
  const arrivals = task.kind === 'trace' ? { trace: task.trace } : 'poisson'
  planLoad({ ...sent(request), arrivals, rate: 1, seed: 1, warmupMs, durationMs: Number.MAX_VALUE, dir: null })
  const service = planService(command, options, { leadMs: 0, windowMs: PROFILE_WINDOW_MS })
  const directory = options.output ?? freeDirectoryName('.', 'infer-diag-load')
  return {
    service,
    request,
    task,
    sla,
    peakRps,
    warmupMs,
    seed: parseCount(options.seed, '--seed'),
    timeoutMs: Math.max(1, parsePositiveDurationMs(options.timeout, '--timeout', '10s')),
    writeReport: options.report,
    check: options.check === true,
    directory: prepareRecordingDirectory(directory, options.force === true),
  }
}

/** Which load: one of --steps, --spike, --soak, --concurrency, a trace, or the ramp. */
function planTask(options: LoadCommandOptions): LoadTask {
  const arrivals = parseArrivals(options.arrivals)
  const given = (['steps', 'spike', 'soak', 'concurrency'] as const).filter((name) => options[name] !== undefined)
  if (given.length > 1) {
    throw new DiagError('usage', `--${given[0]} and --${given[1]} exclude each other`, `drop --${given[1]}`)
  }
  if (options.rate !== undefined && options.spike === undefined && options.soak === undefined) {
    const hint = 'drop it, or write --steps 50 to hold a rate, --from 50 to begin the ramp there'
    throw new DiagError('usage', '--rate is the base rate of --spike and --soak', hint)
  }
  const durationMs = parsePositiveDurationMs(options.duration, '--duration', '10s')
  if (typeof arrivals === 'object') {
    if (given.length > 0) {
      throw new DiagError('usage', `--${given[0]} cannot follow a trace`, 'drop --arrivals trace:<file>')
    }
    return { kind: 'trace', trace: arrivals.trace }
  }
  if (options.steps !== undefined) return { kind: 'steps', arrivals, rates: parseSteps(options.steps), durationMs }
  if (options.spike !== undefined) {
    const rate = baseRate(options, '--spike')
    const spike = parseSpike(options.spike)
    parseSentRate(String(rate * spike.factor), '--rate times --spike')
    return { kind: 'spike', rate, sideMs: durationMs, ...spike }
  }
  if (options.soak !== undefined) {
    return {
      kind: 'soak',
      arrivals,
      rate: baseRate(options, '--soak'),
      durationMs: parsePositiveDurationMs(options.soak, '--soak', '10m'),
    }
  }
  if (options.concurrency !== undefined) {
    const concurrency = parseCount(options.concurrency, '--concurrency')
    if (concurrency < 1) throw new DiagError('usage', '--concurrency is 0', 'write --concurrency 16')
    return { kind: 'closed', concurrency, durationMs }
  }
  return planRamp(options, arrivals)
}

function planRamp(options: LoadCommandOptions, arrivals: 'poisson' | 'constant'): LoadTask {
  const startRps = options.from === undefined ? null : parseSentRate(options.from, '--from')
  const maxRps = parseSentRate(options.to, '--to')
  const precision = parseShare(options.precision, '--precision', 0.5)
  if (precision < 0.01) {
    throw new DiagError('usage', `--precision got '${options.precision}', wanted 1% to 50%`, 'write --precision 4%')
  }
  if (startRps !== null && startRps > maxRps) {
    throw new DiagError('usage', `--from ${startRps} is above --to ${maxRps}`, 'begin lower, or raise --to')
  }
  return { kind: 'ramp', arrivals, startRps, maxRps, precision }
}

function baseRate(options: LoadCommandOptions, option: string): number {
  if (options.rate === undefined) {
    throw new DiagError('usage', `${option} needs the rate that it starts from`, 'add --rate 100')
  }
  return parseSentRate(options.rate, '--rate')
}

function parseSteps(text: string): number[] {
  const rates = text.split(',').map((part) => parseSentRate(part, '--steps'))
  if (rates.length > MOST_STEPS) {
    throw new DiagError('usage', `--steps lists ${rates.length} rates, at most ${MOST_STEPS}`, 'list fewer')
  }
  return rates
}

/** `3x:10s`: three times the rate for 10 s. */
function parseSpike(text: string): { readonly factor: number; readonly spikeMs: number } {
  const match = /^(\d+(?:\.\d+)?)x:(.+)$/.exec(text.trim())
  const factor = Number(match?.[1] ?? 0)
  if (match === null || factor <= 1) {
    throw new DiagError(
      'usage',
      `--spike got '${text}', wanted <factor>x:<time>, with a factor above 1`,
      'write --spike 3x:10s for three times --rate, for 10 s',
    )
  }
  return { factor, spikeMs: parsePositiveDurationMs(match[2]!, '--spike', '3x:10s') }
}
