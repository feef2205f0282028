import { meanOf, seriesOf } from '../facts/series.js'
import { isDerivedStage } from '../facts/stage-order.js'
import { stageSummaries } from '../facts/stage-summaries.js'
import { type StageTimes, stageTimes, timeInStages } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import type { StageSummary } from '../model/diagnosis.js'
import { CANONICAL_STAGES, UNATTRIBUTED_STAGE } from '../model/recording.js'
import { mean } from '../stats/mean.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { count, ms, percent } from './wording.js'

// One page of memory a request: with less, most requests read nothing.
const MIN_BYTES = 4096
// Reads in fewer samples are a load now and then, not part of the way of a request.
const MIN_ACTIVE = 0.5
// A smaller share of p95 leaves more to gain elsewhere.
const MIN_COST_SHARE = 0.15
// A stage that is on a CPU for most of its time does not wait for storage.
const MAX_CPU_SHARE = 0.5

const NOT_STORAGE: ReadonlySet<string> = new Set([...CANONICAL_STAGES, 'downstream'])

/** Storage is read while requests are served, and they wait for something that is neither CPU nor a queue. */
export const storageReads = defineRule({
  id: 'storage-reads',
  title: 'Requests read from storage',
  stage: null,
  symptomOf: [],
  needs: [traffic, stageTimes, stageSummaries, target],
  judge({ traffic: measured, stageTimes: times, stageSummaries: stages, target: goal }, facts) {
    const { latencyMs, throughputRps, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const [reads] = seriesOf(facts, 'disk.read')
    if (reads === undefined) return { verdict: 'not-measured', reason: 'reads from storage were not sampled' }
    const bytesPerS = meanOf(reads)
    const bytes = throughputRps > 0 ? bytesPerS / throughputRps : 0
    const active = reads.value.filter((value) => value > 0).length / reads.value.length
    const said = `${count(bytes / 1024)} KiB a request are read from storage, in ${percent(active)} of the samples`
    if (bytes < MIN_BYTES || active < MIN_ACTIVE) return clear(said)
    const { addedMs, named, change } = offCpuTime(times, stages)
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${said}; at most ${ms(costMs)} of p95 waits for them`)
    return fired({
      // That the wait is for the reads is likely, not measured.
      confidence: goal.state === 'missed' ? 'medium' : 'low',
      harm: 'latency',
      summary: `While requests are served ${count(bytes / 1024)} KiB each are read from storage, and they spend ${ms(mean(addedMs))} in ${named}, neither computing nor in a queue.`,
      costSentence: (cost) => `Up to ${cost} would go with it.`,
      clause: `requests read ${count(bytes / 1024)} KiB each from storage`,
      removal: {
        addedMs,
        method:
          "removal: per request its time in stages of the service's own that are off the CPU, and in no stage (an upper bound)",
      },
      evidence: [
        { kind: 'metric', label: 'read from storage', value: bytesPerS, unit: 'bytes/s' },
        {
          kind: 'metric',
          label: 'read from storage, per request',
          value: bytes,
          unit: 'bytes',
          limit: { value: MIN_BYTES, reason: 'one page of memory; with less, most requests read nothing' },
        },
        { kind: 'metric', label: `time in ${named}, mean per request`, value: mean(addedMs), unit: 'ms' },
      ],
      fixes: [
        fix('Load models and artifacts once, at the start, and keep them in memory', change),
        fix('Give the page cache room: more memory, or a memory-mapped file that stays', null),
      ],
    })
  },
})

/** By request: time in the service's own stages that are not on a CPU, and in none; with the name of the largest, and that one without its waiting as a change. */
function offCpuTime(times: StageTimes, stages: readonly StageSummary[]) {
  const waiting = stages.filter(
    ({ id, kind, cpuMs, meanMs }) =>
      id === UNATTRIBUTED_STAGE ||
      (kind === 'stage' && !NOT_STORAGE.has(id) && !isDerivedStage(id) && (cpuMs ?? 0) < MAX_CPU_SHARE * meanMs),
  )
  const addedMs = timeInStages(times, (stage) => waiting.some(({ id }) => id === stage))
  const [largest] = [...waiting].sort((a, b) => b.meanMs - a.meanMs)
  if (largest === undefined || largest.id === UNATTRIBUTED_STAGE) return { addedMs, named: 'no stage', change: null }
  const { id, cpuMs, meanMs } = largest
  const left = Number(((cpuMs ?? 0) / meanMs).toFixed(2))
  return { addedMs, named: id, change: `stage.${id}=${left}x` }
}
