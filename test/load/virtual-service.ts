import type { Level } from '../../core/model/load-level.js'
import { exponential, seededRandom } from '../../core/stats/random.js'
import { summariseLevel } from '../../load/search/level-summary.js'
import { levelTime } from '../../load/search/level-time.js'
import { judgeLevel, type Targets } from '../../load/search/level-verdict.js'
import { LevelWatch } from '../../load/search/level-watch.js'
import type { LevelRequest } from '../../load/search/search.js'

/** A service in virtual time: how the requests of a level fare. */
export type Service = (
  rate: number,
  dueMs: Float64Array,
  random: () => number,
) => { readonly endMs: Float64Array; readonly failed?: Uint8Array; readonly firstByteMs?: Float64Array }

/** Levels as they are run for real: judged while they go on, and cut short when they are clear. */
export function measured(service: Service, targets: Targets) {
  return ({ rate, seed, step }: LevelRequest): Level => {
    const { leastMs, mostMs } = levelTime(rate, targets, step)
    return hold(service, rate, seed, targets, mostMs, leastMs)
  }
}

/** Holds one rate. `leastMs`: it may be cut short from then on. */
export function hold(
  service: Service,
  rate: number,
  seed: number,
  targets: Targets,
  mostMs: number,
  leastMs = mostMs,
): Level {
  const warmupMs = 500
  const dueMs = arrivals(rate, seed, warmupMs + mostMs)
  const { endMs, failed, firstByteMs = endMs } = service(rate, dueMs, seededRandom(seed + 1))
  const sofar = (untilMs: number) => {
    const watch = new LevelWatch(dueMs, warmupMs)
    endMs.forEach((ms, i) => {
      const begunMs = firstByteMs[i]!
      if (ms <= untilMs) watch.settle(i, ms, failed?.[i] !== 1, begunMs)
      else if (begunMs <= untilMs) watch.begin(i, begunMs)
    })
    return watch
  }
  let atMs = warmupMs + leastMs
  while (atMs < warmupMs + mostMs && judgeLevel(sofar(atMs), targets, atMs).kind === 'close') atMs += 100
  const cutShort = atMs < warmupMs + mostMs
  const run = { rate, seed, startMs: 0, cutShort, clientLagP99Ms: 0.1, void: null }
  return summariseLevel(sofar(atMs + 540), targets, run, Math.min(atMs, warmupMs + mostMs))
}

function arrivals(rate: number, seed: number, untilMs: number): Float64Array {
  const random = seededRandom(seed)
  const times: number[] = []
  for (let at = exponential(random, 1000 / rate); at < untilMs; at += exponential(random, 1000 / rate)) times.push(at)
  return Float64Array.from(times)
}

/** One server, first come, first served. */
export function serverOf(serviceMs: (random: () => number) => number): Service {
  return (_, dueMs, random) => {
    let freeMs = 0
    return {
      endMs: dueMs.map((ms) => {
        freeMs = Math.max(freeMs, ms) + serviceMs(random)
        return freeMs
      }),
    }
  }
}
