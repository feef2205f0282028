import type { Batching } from '../../facts/batching.js'
import { type Known, known, notMeasured } from '../../facts/fact.js'
import { formatMs } from '../../model/quantity.js'
import { type BatchTable, RELEASE_REASONS } from '../../model/recording.js'
import { quantiles } from '../../stats/quantile.js'
import type { BatcherModel } from './service-model.js'

/** Releases that must agree before a setting is inferred from them. */
const ENOUGH_RELEASES = 20
/** A timer gives holds of one length: the middle half of them within this share of their median. */
const SAME_LENGTH = 0.2
/** A batch that goes as soon as the device is free waits for the hand-over alone; what is held for longer has a timer. */
const HELD_ON = 0.1
/** Timers are late, never early. */
const PROMPT = 0.05

type Inferred = { readonly value: number; readonly releases: number }

/** The batcher's settings as recorded or declared, and where nobody said them, as its releases tell. */
export function batcherSettings(
  { rows, capacity, maxWaitMs, heldIdleMs }: Batching,
  batches: BatchTable,
): Known<Pick<BatcherModel, 'maxBatch' | 'maxWaitMs' | 'inferred'>> {
  const size = capacity === null ? inferMaxBatch(batches, rows) : null
  const maxBatch = capacity ?? size?.value
  if (maxBatch === undefined) return untold('the largest batch that the service allows', 'maxBatch')
  const wait = maxWaitMs === null ? inferMaxWaitMs(batches, rows, heldIdleMs, maxBatch) : null
  const longestMs = maxWaitMs ?? wait?.value
  if (longestMs === undefined) return untold('the max wait of the batcher', 'maxWaitMs')
  const inferred = [
    ...(size === null ? [] : [`batches are taken to be full at ${size.value}, as ${size.releases} of them tell`]),
    ...(wait === null ? [] : [`max_wait is taken to be ${formatMs(wait.value)}, as ${wait.releases} releases tell`]),
  ]
  return known({ maxBatch, maxWaitMs: longestMs, inferred })
}

function untold(what: string, option: string) {
  return notMeasured(
    `${what} was neither recorded nor declared, nor do releases tell it: configure({ ${option} }) says it`,
  )
}

/**
 * The size at which batches go for being full. Where no release has a reason, a limit shows as a size that no batch exceeds and more
 * batches have than the size below; null where the load never reached it.
 */
function inferMaxBatch(batches: BatchTable, rows: Uint32Array): Inferred | null {
  const full = rows.filter((b) => reasonOf(batches, b) === 'full')
  if (full.length >= ENOUGH_RELEASES) return { value: largestOf(batches, full), releases: full.length }
  if (rows.some((b) => reasonOf(batches, b) !== 'unknown')) return null
  const largest = largestOf(batches, rows)
  const releases = rows.filter((b) => batches.size[b] === largest).length
  const below = rows.filter((b) => batches.size[b] === largest - 1).length
  return releases >= ENOUGH_RELEASES && releases > below ? { value: largest, releases } : null
}

/** How long the timer holds a batch, ms: of batches below `maxBatch` that waited for nothing else; null where their holds differ. */
function inferMaxWaitMs(
  batches: BatchTable,
  rows: Uint32Array,
  heldIdleMs: Float64Array,
  maxBatch: number,
): Inferred | null {
  const holdsMs: number[] = []
  for (const b of rows) {
    const reason = reasonOf(batches, b)
    const byTimer = reason === 'timeout' || (reason === 'unknown' && batches.size[b]! < maxBatch)
    const heldMs = batches.startedMs[b]! - batches.openedMs[b]!
    if (byTimer && heldIdleMs[b]! > HELD_ON * heldMs) holdsMs.push(heldMs)
  }
  if (holdsMs.length < ENOUGH_RELEASES) return null
  const [prompt, low, median, high] = quantiles(Float64Array.from(holdsMs), [PROMPT, 0.25, 0.5, 0.75])
  return high! - low! <= SAME_LENGTH * median! ? { value: prompt!, releases: holdsMs.length } : null
}

function reasonOf({ reason }: BatchTable, b: number) {
  return RELEASE_REASONS[reason[b]!] ?? 'unknown'
}

function largestOf({ size }: BatchTable, rows: Uint32Array): number {
  return rows.reduce((most, b) => Math.max(most, size[b]!), 0)
}
