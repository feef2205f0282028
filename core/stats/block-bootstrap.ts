import { mean } from './mean.js'
import { quantileRank } from './quantile.js'
import { type Random, seededRandom } from './random.js'
import { timeOrder } from './time-order.js'

/**
 * Neighbouring requests share a queue, so they are resampled in blocks that keep the dependence, not one by one. Few
 * long blocks are robust where the dependence reaches far, as in a busy queue, and cost little where it does not:
 * Schmeiser (1982), "Batch size effects in the analysis of simulation output", finds 10 to 30 of them enough.
 */
export const BLOCKS = 20
/** Two-sided 95 % quantile of Student's t with BLOCKS - 1 degrees of freedom. */
export const BLOCKS_T_QUANTILE = 2.093

/** How far an estimate may be off. */
export type Uncertainty = {
  readonly standardError: number
  /**
   * How many blocks the estimate rests on, 1 to BLOCKS: those that hold the values beyond a quantile, by Kish's effective
   * number (sum of counts)^2 / (sum of squares). In a busy queue a few rushes make the whole tail; a standard error that
   * was itself estimated from so little takes a wider Student's t.
   */
  readonly blocks: number
}

export type SeriesUncertainty = {
  readonly mean: Uncertainty
  /** Of the quantiles, in the order asked for. */
  readonly quantiles: readonly Uncertainty[]
}

/**
 * The uncertainty of the mean and of quantiles of `values` (in the order in which they arose), by the circular block
 * bootstrap (Politis and Romano, 1992) with blocks of a twentieth of the series. The overlapping blocks share one mean,
 * which makes their spread too small by 1 - 1/BLOCKS; that is corrected. NaN for fewer values than blocks.
 */
export function blockBootstrap(
  values: Float64Array,
  ps: readonly number[],
  replicates: number,
  seed: number,
): SeriesUncertainty {
  const n = values.length
  if (n < BLOCKS) return { mean: UNKNOWN, quantiles: ps.map(() => UNKNOWN) }
  const random = seededRandom(seed)
  const blockLength = Math.round(n / BLOCKS)
  const { sorted, rankOf } = ranked(values)
  const ranks = ps.map((p) => quantileRank(blockLength * BLOCKS, p))
  const drawn = new Uint32Array(n)
  const starts = new Uint32Array(BLOCKS)
  const means = new Float64Array(replicates)
  const found = ps.map(() => new Float64Array(replicates))
  for (let r = 0; r < replicates; r++) {
    chooseBlocks(starts, n, random)
    drawBlocks(starts, rankOf, drawn, blockLength)
    means[r] = meanOfDrawn(drawn, sorted, blockLength * BLOCKS)
    if (ps.length === 0) continue
    readQuantiles(drawn, sorted, blockLength * BLOCKS, ranks, (at, value) => {
      found[at]![r] = value
    })
  }
  const correction = Math.sqrt(BLOCKS / (BLOCKS - 1))
  return {
    mean: { standardError: deviation(means) * correction, blocks: BLOCKS },
    quantiles: found.map((column, at) => ({
      standardError: deviation(column) * correction,
      blocks: blocksBeyond(rankOf, quantileRank(n, ps[at]!)),
    })),
  }
}

/**
 * Standard error of the p-quantile of `values` less that of `others`, whose elements belong together (the same requests with
 * and without something): the same blocks are drawn from both, so that what they share cancels out.
 */
export function quantileDifferenceError(
  values: Float64Array,
  others: Float64Array,
  p: number,
  replicates: number,
  seed: number,
): number {
  const n = values.length
  if (n < BLOCKS) return Number.NaN
  const random = seededRandom(seed)
  const blockLength = Math.round(n / BLOCKS)
  const sides = [ranked(values), ranked(others)]
  const ranks = [quantileRank(blockLength * BLOCKS, p)]
  const drawn = new Uint32Array(n)
  const starts = new Uint32Array(BLOCKS)
  const differences = new Float64Array(replicates)
  for (let r = 0; r < replicates; r++) {
    chooseBlocks(starts, n, random)
    const [value, other] = sides.map(({ sorted, rankOf }) => {
      let found = Number.NaN
      drawBlocks(starts, rankOf, drawn, blockLength)
      readQuantiles(drawn, sorted, blockLength * BLOCKS, ranks, (_, at) => {
        found = at
      })
      return found
    })
    differences[r] = value! - other!
  }
  return deviation(differences) * Math.sqrt(BLOCKS / (BLOCKS - 1))
}

const UNKNOWN: Uncertainty = { standardError: Number.NaN, blocks: 1 }

/** Kish's effective number of blocks among those that hold ranks from `rank` (1-based) on. */
function blocksBeyond(rankOf: Uint32Array, rank: number): number {
  const beyond = new Float64Array(BLOCKS)
  for (let i = 0; i < rankOf.length; i++) {
    if (rankOf[i]! + 1 >= rank) beyond[Math.floor((i * BLOCKS) / rankOf.length)]!++
  }
  let sum = 0
  let squares = 0
  for (const count of beyond) {
    sum += count
    squares += count * count
  }
  return (sum * sum) / squares
}

function chooseBlocks(starts: Uint32Array, n: number, random: Random): void {
  for (let block = 0; block < starts.length; block++) starts[block] = Math.floor(random() * n)
}

function meanOfDrawn(drawn: Uint32Array, sorted: Float64Array, count: number): number {
  let sum = 0
  for (let rank = 0; rank < drawn.length; rank++) sum += drawn[rank]! * sorted[rank]!
  return sum / count
}

/** Fills `drawn` with how often each rank was drawn. */
function drawBlocks(starts: Uint32Array, rankOf: Uint32Array, drawn: Uint32Array, blockLength: number): void {
  const n = rankOf.length
  drawn.fill(0)
  for (const start of starts) {
    let at = start
    for (let k = 0; k < blockLength; k++) {
      drawn[rankOf[at]!]!++
      at = at + 1 === n ? 0 : at + 1
    }
  }
}

/**
 * One walk down the ranks finds every quantile of the `count` that were drawn: mostly high ones are wanted. `ranks` may come in any
 * order.
 */
function readQuantiles(
  drawn: Uint32Array,
  sorted: Float64Array,
  count: number,
  ranks: readonly number[],
  found: (at: number, value: number) => void,
): void {
  const order = ranks.map((_, at) => at).sort((a, b) => ranks[b]! - ranks[a]!)
  let next = 0
  /** Drawn of lower ranks. */
  let below = count
  for (let rank = drawn.length - 1; rank >= 0 && next < order.length; rank--) {
    below -= drawn[rank]!
    while (next < order.length && below < ranks[order[next]!]!) found(order[next++]!, sorted[rank]!)
  }
}

function ranked(values: Float64Array): { sorted: Float64Array; rankOf: Uint32Array } {
  const order = timeOrder(values)
  const sorted = new Float64Array(values.length)
  const rankOf = new Uint32Array(values.length)
  for (let rank = 0; rank < order.length; rank++) {
    sorted[rank] = values[order[rank]!]!
    rankOf[order[rank]!] = rank
  }
  return { sorted, rankOf }
}

function deviation(values: Float64Array): number {
  const centre = mean(values)
  let squares = 0
  for (const value of values) squares += (value - centre) ** 2
  return Math.sqrt(squares / (values.length - 1))
}
