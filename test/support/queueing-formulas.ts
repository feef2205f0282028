/** P(wait <= waitMs) of M/D/1 (Erlang 1909). */
export function waitOfMD1(ratePerMs: number, serviceMs: number, waitMs: number): number {
  let sum = 0
  let factorial = 1
  for (let k = 0; k * serviceMs <= waitMs; k++) {
    if (k > 0) factorial *= k
    const x = ratePerMs * (k * serviceMs - waitMs)
    sum += (x ** k / factorial) * Math.exp(-x)
  }
  return (1 - ratePerMs * serviceMs) * sum
}

/**
 * Mean wait of a server that takes up to b of those who wait, at least one, for a constant time (the general bulk service
 * rule, Neuts 1967): the chain of those left behind at the ends of services, solved by iteration.
 */
export function waitOfBulkServiceMs(ratePerMs: number, serviceMs: number, b: number): number {
  const states = 200
  const during = ratePerMs * serviceMs
  const arrivals = [Math.exp(-during)]
  for (let k = 1; k < states; k++) arrivals.push((arrivals[k - 1]! * during) / k)
  let left: number[] = Array.from({ length: states }, (_, n) => (n === 0 ? 1 : 0))
  for (let round = 0; round < 3000; round++) {
    const after = new Array<number>(states).fill(0)
    for (let n = 0; n < states; n++) {
      const kept = Math.max(0, n - b)
      for (let k = 0; kept + k < states; k++) after[kept + k]! += left[n]! * arrivals[k]!
    }
    left = after
  }
  const waiting = left.reduce((sum, p, n) => sum + p * (Math.max(0, n - b) * serviceMs + (during * serviceMs) / 2), 0)
  return waiting / (serviceMs + left[0]! / ratePerMs) / ratePerMs
}
