import { openRecording } from '../../formats/index.js'
import { type LoadOutcome, type LoadProgress, runLoad } from '../../load/index.js'
import type { Progress } from '../terminal/progress-line.js'
import { loadInfo } from './load-info.js'
import { monotonicMs } from './monotonic-clock.js'
import type { LoadPlan, RecordPlan, RequestPlan } from './plan.js'
import type { TrafficOutcome, TrafficRun } from './traffic-run.js'
import { Useless } from './useless.js'

/** Of a plan with a watch. Opening the journals of 2,000 requests takes a tenth of a second. */
const WATCH_EVERY_MS = 2000

type SendPlan = Pick<RecordPlan, 'directory' | 'watch'> & { readonly request: RequestPlan; readonly load: LoadPlan }

/** Sends the planned load, or what of it is due until aborted. Throws `Useless` with the reason of the plan's watch. */
export async function sendLoad(plan: SendPlan, run: TrafficRun): Promise<TrafficOutcome<LoadOutcome>> {
  const { directory, request, load } = plan
  const watching = watchRecording(plan, run.originMs)
  let { body } = request
  const outcome = await runLoad(
    {
      url: request.url.href,
      method: request.method,
      headers: Object.entries(request.headers),
      body,
      insecure: request.insecure,
      arrivals: load.arrivals,
      rate: load.rate,
      seed: load.seed,
      warmupMs: load.warmupMs,
      durationMs: load.durationMs,
      timeoutMs: load.timeoutMs,
      dir: directory,
      signal: AbortSignal.any([run.signal, watching.signal]),
    },
    (progress, running) => {
      run.show(loadProgress(progress))
      watching.look(progress, (changed) => {
        body = changed
        running.changeBody(changed)
      })
    },
  )
  if (watching.signal.aborted && !run.signal.aborted) throw watching.signal.reason
  return {
    outcome,
    meta: { load: loadInfo({ request: { ...request, body }, load }, outcome, run.originMs, run.service) },
  }
}

type Watching = {
  /** Aborted with a `Useless`. */
  readonly signal: AbortSignal
  readonly look: (progress: LoadProgress, changeBody: (body: Buffer) => void) => void
}

function watchRecording({ directory, watch }: Pick<RecordPlan, 'directory' | 'watch'>, originMs: number): Watching {
  const useless = new AbortController()
  let nextMs = WATCH_EVERY_MS
  const look = async (loadFromMs: number, changeBody: (body: Buffer) => void) => {
    const soFar = await openRecording(directory).catch(() => null)
    const watched = soFar === null ? null : (watch?.(soFar, loadFromMs) ?? null)
    if (watched === null) return
    if (watched.useless !== null) useless.abort(new Useless(watched.useless))
    else if (watched.body !== null) changeBody(watched.body)
  }
  return {
    signal: useless.signal,
    look({ phase, elapsedMs }, changeBody) {
      if (watch === undefined || phase === 'draining' || elapsedMs < nextMs) return
      nextMs = elapsedMs + WATCH_EVERY_MS
      void look(monotonicMs() - originMs - elapsedMs, changeBody)
    },
  }
}

function loadProgress({ phase, elapsedMs, totalMs, rps, p95Ms, errors }: LoadProgress): Progress {
  const known = (value: number) => (Number.isNaN(value) ? null : value)
  return {
    phase: phase === 'measured' ? 'measuring' : phase,
    elapsedMs,
    totalMs,
    throughputRps: known(rps),
    p95Ms: known(p95Ms),
    errors,
  }
}
