import { BLOCKS } from '../../stats/block-bootstrap.js'
import { mean } from '../../stats/mean.js'
import { scaledWork } from './apply-change.js'
import { percentilesOf } from './calibrate.js'
import { replay } from './replay.js'
import type { Disturbances, ServiceModel } from './service-model.js'

/**
 * Standard deviation of the ratio of the work per request between two recordings of one configuration: 5.7 % on event loops
 * that were at least 15 % busy (17 pairs), 5.5 % for runs of a model on the CPU (5 pairs), and below 1 % for an accelerator that
 * keeps its own time, with the way to it. By hand (no script), from the configurations that the walk of
 * `npm run accuracy:predict` with seed 4117 passes twice.
 */
const BETWEEN_RECORDINGS = { computing: 0.057, accelerator: 0.01 }
/** Two-sided 95 % quantile of the normal distribution. */
const Z = 1.96

/** How uncertain the work per request is, as a share of it, at 95 %. */
export type WorkDrift = { readonly loop: number; readonly device: number }

/**
 * What two recordings of a service differ by, and what this one drifted in itself: how much the mean work of its blocks of
 * requests varies beyond what the single requests explain. Both recordings have such a drift.
 */
export function workDrift({ segments, cpu }: ServiceModel): WorkDrift {
  const own = ownDrift(segments.filter(({ place }) => place.kind === 'loop').map(({ demandMs }) => demandMs))
  const device = cpu?.device === true ? BETWEEN_RECORDINGS.computing : BETWEEN_RECORDINGS.accelerator
  return { loop: Z * Math.hypot(BETWEEN_RECORDINGS.computing, Math.SQRT2 * own), device: Z * device }
}

/** Standard error of the mean work by drift alone, as a share of it. */
function ownDrift(columns: readonly Float64Array[]): number {
  const count = columns[0]?.length ?? 0
  const length = Math.floor(count / BLOCKS)
  if (length < 2) return 0
  const workMs = new Float64Array(count)
  for (const column of columns) for (let i = 0; i < count; i++) workMs[i]! += column[i]!
  const blocks = Float64Array.from({ length: BLOCKS }, (_, block) =>
    mean(workMs.subarray(block * length, (block + 1) * length)),
  )
  const centreMs = mean(workMs)
  const between = variance(blocks) - variance(workMs) / length
  return centreMs > 0 ? Math.sqrt(Math.max(0, between) / BLOCKS) / centreMs : 0
}

function variance(values: Float64Array): number {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}

/**
 * The p95 with all of the work as light and as heavy as its drift allows, ms. At its lightest a batch also follows the one before as
 * promptly as any did: how late they start at one load says only in part how late they start at another one (decision 0015).
 */
export function driftedP95(model: ServiceModel, { loop, device }: WorkDrift) {
  const p95 = (of: ServiceModel, sign: 1 | -1) => {
    const drifted = scaledWork(of, Math.exp(sign * loop), Math.exp(sign * device))
    return percentilesOf(replay(drifted).latencyMs).p95Ms
  }
  return { lightMs: p95(prompt(model), -1), heavyMs: p95(model, 1) }
}

function prompt(model: ServiceModel): ServiceModel {
  const { batcher } = model
  if (batcher === null) return model
  const at = ({ variation, handover }: Disturbances): Disturbances => ({
    variation,
    handover: { ...handover, turnMs: new Float64Array(handover.turnMs.length) },
  })
  return { ...model, batcher: { ...batcher, calm: at(batcher.calm), crowded: at(batcher.crowded) } }
}
