import type { Level } from '../../core/model/load-level.js'
import { formatCount, formatMs } from '../../core/model/quantity.js'
import type { LoadProgress, SearchStart } from '../../load/index.js'
import type { ProgressLine } from '../terminal/progress-line.js'
import type { LoadTask } from './plan.js'
import type { TaskWatcher } from './task.js'

/** A ramp takes about so many levels: about 4 to double, 4 to bisect, and 4 in pairs. */
const RAMP_LEVELS = 13

/** A search that may take longer than this says so: a service that is quick has its knee within a minute or two. */
const LONG_MS = 300_000

/** Says on a terminal which level is being held, how it goes, and about how long the rest will take. */
export class LoadProgressView implements TaskWatcher {
  readonly #line: ProgressLine
  readonly #task: LoadTask
  readonly #startedMs = performance.now()
  #what = ''
  #done = 0

  constructor(line: ProgressLine, task: LoadTask) {
    this.#line = line
    this.#task = task
  }

  ramp({ restMs, startRps, levelMs, longestMs }: SearchStart): void {
    if (longestMs < LONG_MS) return
    const begins = `a request takes ${formatMs(restMs)} by itself: the ramp begins at ${formatCount(startRps)}/s, where a level takes ${formatMs(levelMs)} or more`
    this.#line.note(
      `${begins}, and all of it up to ${formatMs(longestMs)} if the SLA breaks near there; shorter: a higher --from, --precision 20%, or --steps with rates of your choice`,
    )
  }

  level(rate: number, done: number, planned: number | null): void {
    this.#done = done
    const of = planned === null ? '' : ` of ${planned}`
    this.#what = Number.isNaN(rate) ? 'closed loop' : `level ${done + 1}${of}: ${formatCount(rate)} requests/s`
  }

  progress({ elapsedMs, totalMs, rps, p95Ms }: LoadProgress): void {
    const parts = [this.#what, `${Math.floor(elapsedMs / 1000)} of ${Math.ceil(totalMs / 1000)} s`]
    if (!Number.isNaN(rps)) parts.push(`${formatCount(rps)}/s`)
    if (!Number.isNaN(p95Ms)) parts.push(`p95 ${formatMs(p95Ms)}`)
    const left = this.#leftSeconds()
    if (left !== null) parts.push(`about ${left} s left`)
    this.#line.write(parts.join('   '))
  }

  measured(level: Level): void {
    const { rate, p95Ms, stability, targets } = level
    const p95 = p95Ms === null ? (stability.kind === 'stable' ? '' : ', unstable') : `, p95 ${formatMs(p95Ms)}`
    const firstBytes = targets.flatMap(({ until, name, measuredMs }) =>
      until === 'first-byte' && measuredMs !== null ? [`, ${name} ${formatMs(measuredMs)}`] : [],
    )
    this.#line.log(`${formatCount(rate)} requests/s ${outcomeOf(level)}${p95}${firstBytes.join('')}`)
  }

  #leftSeconds(): number | null {
    if (this.#task.kind !== 'ramp' || this.#done < 2) return null
    const perLevel = (performance.now() - this.#startedMs) / 1000 / this.#done
    return Math.max(1, Math.round((RAMP_LEVELS - this.#done) * perLevel))
  }
}

/** Without a target there is nothing to pass, and what the client could not send is no fault of the service. */
function outcomeOf({ slaMet, constraint, void: isVoid }: Level): string {
  if (slaMet !== null) return slaMet ? 'passes' : `fails (${constraint})`
  return isVoid === null ? 'held' : `void (${constraint ?? isVoid.reason})`
}
