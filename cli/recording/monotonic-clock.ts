/** The clock that every journal of a host shares, ms. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
