/** Cores that several parties share: threads at work, and everything else on the host. */
export type Cores = {
  /** A whole number, at least 1. */
  readonly cores: number
  /** Cores that everything else uses in the mean. It takes its part as a thread would that works as much. */
  readonly background: number
  /**
   * What as many parties as there are cores lose because two of them meet on one core while another is free, 0 to 1 / `cores`:
   * nothing, up to what threads lose that are put on cores by chance. Only parties beyond the first can meet.
   */
  readonly imbalance: number
}

/**
 * How many times as long work takes while `parties` threads work: processor sharing. With more parties than cores each has
 * its equal part of them; with no more than one nothing is lost; in between it rises in straight lines.
 */
export function slowdown(parties: number, { cores, background, imbalance }: Cores): number {
  const wanted = parties + background
  if (wanted <= 1) return 1
  if (wanted > cores + 1) return wanted / cores
  const even = cores === 1 ? 1 : 1 + imbalance
  if (wanted <= cores) return 1 + ((even - 1) * (wanted - 1)) / (cores - 1)
  return even + ((cores + 1) / cores - even) * (wanted - cores)
}
