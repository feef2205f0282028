import { BATCH_FAILED, SHARED, SPAN_ERROR } from '../../../core/model/journal-layout.js'
import { nowMs } from '../clock.js'
import type { Observation, Undo } from '../observation.js'
import { replaceMethod } from '../replaced-method.js'
import { currentContext, RequestContext } from '../request-context.js'

const ADDON = 'onnxruntime_binding.node'
const DEVICE = 'onnxruntime'

type NativeSession = new (...args: never[]) => { run(feeds: unknown, ...rest: unknown[]): unknown }
type Addon = { exports: { InferenceSession?: NativeSession } }

/**
 * Times onnxruntime-node's native `run`, which blocks the thread that calls it: event `model-call`, and in a service
 * that does not call batch() itself also a batch (size: the feeds' first dimension, capacity unknown) and its `model`
 * span. The addon is seen when it is loaded, whichever way the package was imported.
 */
export function onnxruntime(observation: Observation): Undo {
  return replaceMethod(process, 'dlopen', (dlopen) => (module: object, ...rest: [string, number?]) => {
    Reflect.apply(dlopen, process, [module, ...rest])
    if (rest[0].endsWith(ADDON)) follow(module as Addon, observation)
  })
}

function follow({ exports }: Addon, { recorder }: Observation): void {
  const Native = exports.InferenceSession
  if (typeof Native !== 'function') return
  exports.InferenceSession = class InferenceSession extends Native {
    override run(feeds: unknown, ...rest: unknown[]): unknown {
      const startedMs = nowMs()
      let failed = true
      try {
        const result = super.run(feeds, ...rest)
        failed = false
        return result
      } finally {
        record(startedMs, nowMs(), batchSize(feeds), failed)
      }
    }
  }

  function record(startedMs: number, endedMs: number, size: number, failed: boolean): void {
    recorder.event('model-call', 'blocking', startedMs, endedMs, size)
    const context = currentContext()
    const explicit = Atomics.load(recorder.shared, SHARED.batchUsed) !== 0
    if (explicit || (context !== undefined && context.batch !== 0)) return
    const batch = recorder.nextBatch()
    const flags = failed ? BATCH_FAILED : 0
    const times = { openedMs: startedMs, startedMs, endedMs }
    recorder.batch({ batch, size, capacity: 0, device: DEVICE, flags, maxWaitMs: Number.NaN, ...times })
    const owner = new RequestContext(context?.request ?? 0, batch)
    recorder.syncSpan('model', owner, failed ? SPAN_ERROR : 0, startedMs, endedMs, Number.NaN)
  }
}

// Inputs of a batched model share their first dimension; a scalar input has none.
function batchSize(feeds: unknown): number {
  if (typeof feeds !== 'object' || feeds === null) return 1
  for (const tensor of Object.values(feeds)) {
    const size: unknown = tensor?.dims?.[0]
    if (typeof size === 'number') return size
  }
  return 1
}
