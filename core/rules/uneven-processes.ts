import { processLives } from '../facts/process-lives.js'
import { servingLoops } from '../facts/serving-loops.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { LOOP_WAIT_STAGE } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { removalCostMs, waitFactor } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// A loop that works for less than half of the time makes requests wait for less than one of them takes (rho / (1 - rho)).
const BUSY_LIMIT = 0.5
// Connections dealt out by chance differ by less, and the waiting of a half-full loop by hardly anything.
const MIN_EXCESS = 0.15
// A smaller share of p95 leaves more to gain elsewhere.
const MIN_COST_SHARE = 0.2

/** One process of several has most of the work, and requests wait for it while the others have time. */
export const unevenProcesses = defineRule({
  id: 'uneven-processes',
  title: 'One process has most of the work',
  stage: null,
  symptomOf: [],
  needs: [traffic, stageTimes, servingLoops, target],
  judge({ traffic: measured, stageTimes: times, servingLoops: { loops, ofRequest }, target: goal }, facts) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    if (loops.length < 2) return clear('one process answers all requests')
    const [busiest, ...others] = [...loops].sort((a, b) => b.utilization - a.utilization)
    const even = mean(Float64Array.from(loops, ({ utilization }) => utilization))
    const rest = mean(Float64Array.from(others, ({ utilization }) => utilization))
    const [busy, spare] = [
      percent(busiest!.utilization),
      `${others.length === 1 ? 'the other' : 'the others'} ${percent(rest)}`,
    ]
    const shares = `the busiest of ${loops.length} event loops is ${busy} busy, ${spare}`
    if (busiest!.utilization < BUSY_LIMIT || busiest!.utilization - even < MIN_EXCESS) return clear(shares)
    const lives = facts.find(processLives)
    if (lives !== null && lives.began.length + lives.ended.length > 0) {
      return clear(`${shares}, but not every one was there all the time`)
    }
    const waitMs = stageColumn(times, LOOP_WAIT_STAGE)
    const less = loops.map(({ utilization }) => 1 - waitFactor(utilization, even))
    const addedMs = waitMs.map((wait, i) => wait * (less[ofRequest[i]!] ?? 0))
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${shares}; evenly shared they would save ${ms(costMs)} of p95`)
    const held = loops.indexOf(busiest!)
    const waitOfBusiestMs = mean(waitMs.filter((_, i) => ofRequest[i] === held))
    const share =
      busiest!.requests /
      Math.max(
        1,
        loops.reduce((sum, { requests }) => sum + requests, 0),
      )
    return fired({
      confidence: goal.state === 'missed' ? 'high' : 'low',
      harm: 'latency',
      summary: `Process ${busiest!.pid} answers ${percent(share)} of the requests: its event loop is ${busy} busy, ${spare}, and lets them wait ${ms(waitOfBusiestMs)}.`,
      costSentence: (cost) => `Evenly shared work would save about ${cost}.`,
      clause: `one of ${loops.length} processes is ${busy} busy, ${spare}`,
      removal: {
        addedMs,
        method:
          "removal: the share of each request's event-loop wait that a loop with the mean load of all would not cause (Pollaczek-Khinchine, W ~ rho^2 / (1 - rho))",
        change: `processes=${loops.length}`,
      },
      evidence: [
        {
          kind: 'metric',
          label: 'busiest event loop',
          value: busiest!.utilization,
          unit: 'fraction',
          limit: { value: BUSY_LIMIT, reason: 'below it requests wait for less than one of them takes' },
        },
        { kind: 'metric', label: 'the other event loops, mean', value: rest, unit: 'fraction' },
        { kind: 'metric', label: 'requests of the busiest process', value: share, unit: 'fraction' },
        {
          kind: 'metric',
          label: 'wait for the busiest event loop, mean per request',
          value: waitOfBusiestMs,
          unit: 'ms',
        },
      ],
      fixes: [
        fix(
          'Spread connections evenly: let clients open them anew now and then, balance requests in place of connections',
          `processes=${loops.length}`,
        ),
      ],
    })
  },
})
