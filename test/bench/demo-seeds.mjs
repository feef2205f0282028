// Which seed of arrivals the mini-challenge should have: by simulation, how much faster and slower the machine may be than it was in
// the trials while the demo still shows what it is about, the loop being busy within limits and its p95 beyond the target.
// usage: npm run build && node test/bench/demo-seeds.mjs [seeds]
import { SCHEDULE } from '../../dist/fixtures/scenarios/mini-challenge.js'
import { predictSchedule } from '../../dist/fixtures/scenarios/schedule-model.js'
import { arrivalTimes } from '../../dist/load/index.js'

/** Busy fraction of the loop that the demo promises, with 1 % to spare on either side. */
const BUSY = { least: 0.81, most: 0.96 }
/** Beyond the 120 ms allowed by more than chance, and not so much that nobody would wait for it. */
const P95_MS = { least: 155, most: 700 }
const STEP = 0.01

const ranges = []
for (let seed = 1; seed <= Number(process.argv[2] ?? 300); seed++) {
  const range = rangeOf({ ...SCHEDULE, seed })
  if (range !== null) ranges.push({ seed, ...range })
}
ranges.sort((a, b) => b.most.loopMs / b.least.loopMs - a.most.loopMs / a.least.loopMs)
console.log('seed | slowest machine over the fastest | loop busy, p95 at either end | p95 in the middle')
for (const { seed, least, most } of [...ranges.slice(0, 10), ...ranges.filter(({ seed }) => seed === SCHEDULE.seed)]) {
  const ends = [least, most].map(({ busy, p95Ms }) => `${(100 * busy).toFixed(0)} % ${p95Ms.toFixed(0)} ms`).join(', ')
  const middleMs = predictSchedule({ ...SCHEDULE, seed }, Math.sqrt(least.loopMs * most.loopMs))
  console.log(`${seed} | ${(most.loopMs / least.loopMs).toFixed(3)} | ${ends} | ${middleMs.toFixed(0)} ms`)
}
const median = ranges[ranges.length >> 1]
console.log(`median of ${ranges.length} seeds: ${(median.most.loopMs / median.least.loopMs).toFixed(3)}`)

function rangeOf(schedule) {
  const { rate, seed, warmupMs, durationMs } = schedule
  const due = Array.from(arrivalTimes({ arrivals: 'poisson', rate, seed, untilMs: warmupMs + durationMs }))
  const measured = due.filter((ms) => ms >= warmupMs).length
  const fitting = []
  for (let busy = BUSY.least; busy <= BUSY.most; busy += STEP) {
    const loopMs = (busy * durationMs) / measured
    const p95Ms = predictSchedule(schedule, loopMs)
    if (p95Ms >= P95_MS.least && p95Ms <= P95_MS.most) fitting.push({ loopMs, busy, p95Ms })
  }
  return fitting.length < 2 ? null : { least: fitting[0], most: fitting.at(-1) }
}
