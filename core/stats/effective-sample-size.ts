import { quantile } from './quantile.js'

/** As for the block bootstrap: blocks must be longer than the dependence reaches, and few of them are enough. */
const BLOCKS = 20

/**
 * How many independent values would tell as much about the p-quantile as these do, which follow each other in time and
 * may resemble their neighbours: n / (1 + 2 sum of autocorrelations) of "exceeds the quantile" (Geyer, 1992, "Practical
 * Markov chain Monte Carlo"). The sum comes from overlapping batch means (Meketon and Schmeiser, 1984) with batches of a
 * twentieth of the series, so that no cut-off lag has to be chosen. Between 1 and n; n itself where fewer values than batches
 * exceed the quantile: nobody could tell chance from likeness among so few.
 */
export function effectiveSampleSize(values: Float64Array, p: number): number {
  const n = values.length
  const length = Math.floor(n / BLOCKS)
  if (length < 2) return n
  const limit = quantile(values, p)
  let exceeding = 0
  for (let i = 0; i < n; i++) if (values[i]! > limit) exceeding++
  const share = exceeding / n
  if (exceeding < BLOCKS) return n
  let within = 0
  for (let i = 0; i < length; i++) if (values[i]! > limit) within++
  let squares = 0
  // The series as a ring, so that every value is in as many batches as any other.
  for (let i = 0; i < n; i++) {
    squares += (within / length - share) ** 2
    if (values[i]! > limit) within--
    if (values[(i + length) % n]! > limit) within++
  }
  const correction = BLOCKS / (BLOCKS - 1)
  const inflation = (length * correction * (squares / n)) / (share * (1 - share))
  return Math.min(n, Math.max(1, n / Math.max(1, inflation)))
}
