import { type Replay, replay } from './replay.js'
import { HAND_OVER, type ServiceModel, timesWaking } from './service-model.js'

/** Work that shares cores is worth naming, and its recorded delays say something, from this many times its time alone on. */
export const MATERIAL_STRETCH = 1.05

/**
 * The replay of a changed service whose threads share cores more or less than those of the recorded one. A thread that
 * wakes up waits for a core while others have them, and works slower while others want them: what delays requests on their
 * way between threads (`connection`, `hand-over`, `network-out`) is taken to change as what work takes beyond its time alone.
 * Late batches are not: with a device whose thread is slow to be free again they are late by milliseconds, core or none.
 */
export function replayChanged(
  model: ServiceModel,
  recordedStretch: number | null,
): { readonly model: ServiceModel; readonly replayed: Replay } {
  const first = replay(model)
  const { cpuStretch } = first
  if (cpuStretch === null || recordedStretch === null || recordedStretch < MATERIAL_STRETCH) {
    return { model, replayed: first }
  }
  const waiting = withCoreWaits(model, (cpuStretch - 1) / (recordedStretch - 1))
  return { model: waiting, replayed: replay(waiting) }
}

function withCoreWaits(model: ServiceModel, factor: number): ServiceModel {
  const scaled = (column: Float64Array) => column.map((ms) => ms * factor)
  return {
    ...model,
    connectionMs: scaled(model.connectionMs),
    connectionWaking: timesWaking(model.connectionWaking, factor),
    networkOutMs: scaled(model.networkOutMs),
    segments: model.segments.map((segment) =>
      segment.stage === HAND_OVER
        ? { ...segment, demandMs: scaled(segment.demandMs), waking: timesWaking(segment.waking, factor) }
        : segment,
    ),
  }
}
