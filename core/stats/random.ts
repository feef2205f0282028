/** A source of uniform numbers in [0, 1). */
export type Random = () => number

/** mulberry32: 32 bits of state, period 2^32, good enough for simulation; the same seed gives the same sequence. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** An exponential variate, in the unit of `mean`. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random())
}

/** A lognormal factor with mean 1 and coefficient of variation `cv`; 1 when `cv` is 0. */
export function lognormalFactor(random: Random, cv: number): number {
  if (cv <= 0) return 1
  const variance = Math.log(1 + cv * cv)
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.exp(Math.sqrt(variance) * normal - variance / 2)
}
