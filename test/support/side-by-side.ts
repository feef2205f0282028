import { NO_INDEX, NO_ROW, type Recording, type SampleTable } from '../../core/model/recording.js'

type Column = Float64Array | Float32Array | Uint32Array | Uint16Array | Uint8Array
type Table = { readonly count: number } & Readonly<Record<string, unknown>>
/** By column: how far its numbers move in the second recording, but for the one that means none. */
type Moved = Readonly<Record<string, { readonly by: number; readonly none: number }>>

/**
 * Two recordings of one service as that of a cluster of two processes, as if a balancer had dealt out what came to both. They must have
 * the same stages, and begin at the same time. Traffic of two seeds is of neither, so that the whole counts as recorded traffic.
 */
export function sideBySide(a: Recording, b: Recording): Recording {
  if (a.stages.join() !== b.stages.join()) throw new Error('the recordings have different stages')
  const thread = { by: a.threads.length, none: NO_INDEX }
  const process = { by: a.meta.processes.length, none: NO_INDEX }
  const load = a.meta.load && b.meta.load
  return {
    ...a,
    meta: {
      ...a.meta,
      durationMs: Math.max(a.meta.durationMs, b.meta.durationMs),
      load: load && { ...load, rate: a.meta.load!.rate + load.rate, sent: a.meta.load!.sent + load.sent },
      processes: [...a.meta.processes, ...b.meta.processes.map((one) => ({ ...one, pid: one.pid + 1 }))],
    },
    threads: [...a.threads, ...b.threads.map((one) => ({ ...one, process: one.process + process.by }))],
    requests: joined(a.requests, b.requests, { process }),
    spans: joined(a.spans, b.spans, {
      request: { by: a.requests.count, none: NO_ROW },
      batch: { by: a.batches.count, none: NO_ROW },
      thread,
    }),
    batches: joined(a.batches, b.batches, { thread }),
    events: joined(a.events, b.events, { thread }),
    samples: samplesOf(a.samples, b.samples),
  }
}

/** Figures of a thread or a process belong to one of them, those of the host to both. */
function samplesOf(a: SampleTable, b: SampleTable): SampleTable {
  const samples = joined(a, b, { series: { by: a.seriesInfo.length, none: NO_INDEX } })
  const second = b.seriesInfo.map((info) => ({ ...info, instance: info.instance.replaceAll('1000', '1001') }))
  return { ...samples, seriesInfo: [...a.seriesInfo, ...second] }
}

function joined<T extends Table>(a: T, b: T, moved: Moved): T {
  const columns = Object.entries(a).map(([name, first]) => {
    if (!ArrayBuffer.isView(first)) return [name, first]
    const { by, none } = moved[name] ?? { by: 0, none: Number.NaN }
    const made = (first as Column).slice(0, a.count + b.count)
    const column = new (made.constructor as new (length: number) => Column)(a.count + b.count)
    column.set((first as Column).subarray(0, a.count))
    for (let i = 0; i < b.count; i++) {
      const value = (b[name] as Column)[i]!
      column[a.count + i] = value === none ? none : value + by
    }
    return [name, column]
  })
  return { ...Object.fromEntries(columns), count: a.count + b.count }
}
