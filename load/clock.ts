/** Taken where two readings of the other clock were closest together, so that a preemption in between does not count. */
const offsetMs = tightestOffset()

/** Milliseconds of `process.hrtime`: one clock for every thread and process of a host, unlike `performance.now`. */
export function monotonicMs(): number {
  return performance.now() + offsetMs
}

function tightestOffset(): number {
  let best = { gapMs: Number.POSITIVE_INFINITY, offsetMs: 0 }
  for (let i = 0; i < 16; i++) {
    const before = performance.now()
    const hrtimeMs = Number(process.hrtime.bigint()) / 1e6
    const gapMs = performance.now() - before
    if (gapMs < best.gapMs) best = { gapMs, offsetMs: hrtimeMs - before - gapMs / 2 }
  }
  return best.offsetMs
}
