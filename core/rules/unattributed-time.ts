import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { tailShare, tails } from '../facts/tails.js'
import { traffic } from '../facts/traffic.js'
import { type UntimedWork, untimedWork } from '../facts/untimed-work.js'
import type { Fix } from '../model/diagnosis.js'
import { UNATTRIBUTED_STAGE } from '../model/recording.js'
import { histogram } from '../stats/histogram.js'
import { mean } from '../stats/mean.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms, percent } from './wording.js'

// More than this of the latency near p95 without a name, and the stages that have one do not explain p95.
const MIN_SHARE = 0.15
const SURE_SHARE = 0.3
// Below this, what frameworks do between stages takes such a share of a short request without being worth a name.
const MIN_TAIL_MS = 5
const BINS = 20
// What frameworks do around a request is this small beside a wait that is worth a finding, and so is a wait beside their work.
const MOST_AWAITED = 0.25
const MOST_WORKED = 0.75

/** A large part of the latency is in no stage, so nobody can say what it is spent on. */
export const unattributedTime = defineRule({
  id: 'unattributed-time',
  title: 'Time that no stage covers',
  stage: UNATTRIBUTED_STAGE,
  symptomOf: ['storage-reads', 'untimed-code', 'limited-concurrency'],
  needs: [traffic, stageTimes, tails],
  judge({ traffic: measured, stageTimes: times, tails: near }, facts) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const addedMs = stageColumn(times, UNATTRIBUTED_STAGE)
    const share = tailShare(near, times, UNATTRIBUTED_STAGE)
    const said = `${percent(share)} of the latency near p95 is in no stage`
    if (share < MIN_SHARE || share * p95Ms < MIN_TAIL_MS) return clear(said)
    const costMs = removalCostMs(measured, addedMs)
    if (costMs < MIN_SHARE * p95Ms) return clear(`${said}, but p95 does not rest on it`)
    const work = facts.find(untimedWork)
    return fired({
      confidence: share >= SURE_SHARE ? 'high' : 'medium',
      harm: 'latency',
      summary: `${percent(share)} of the latency near p95 (${ms(mean(addedMs))} a request on average) passes inside the service in no stage${natureOf(work)}.`,
      clause: `${percent(share)} of the latency near p95 passes in no stage`,
      removal: { addedMs, method: 'removal: per request the time inside the service that no stage covers' },
      evidence: [
        {
          kind: 'metric',
          label: 'share of the latency near p95 in no stage',
          value: share,
          unit: 'fraction',
          limit: { value: MIN_SHARE, reason: 'with more, the named stages do not explain p95' },
        },
        { kind: 'metric', label: 'in no stage, mean per request', value: mean(addedMs), unit: 'ms' },
        ...(work === null
          ? []
          : [
              {
                kind: 'metric',
                label: 'of it code on the event loop, at most',
                value: work.workMs,
                unit: 'ms',
              } as const,
            ]),
        { kind: 'histogram', label: 'time in no stage', unit: 'ms', bins: histogram(addedMs, BINS) },
      ],
      fixes: fixesOf(work, facts.recording.profiles.length > 0),
    })
  },
})

function natureOf(work: UntimedWork | null): string {
  if (work === null) return ''
  if (work.share < MOST_AWAITED) return ', while the event loop is free: something asynchronous that nobody timed'
  if (work.share > MOST_WORKED) return ': code that nobody timed and that keeps the event loop busy meanwhile'
  return `: up to ${ms(work.workMs)} of it is code that keeps the event loop busy, the rest is awaited`
}

function fixesOf(work: UntimedWork | null, profiled: boolean): Fix[] {
  const share = work?.share ?? 0
  const find = profiled ? 'See in the flame graph of the report which code it is, wrap it' : 'Wrap the code'
  return [
    ...(share < MOST_AWAITED ? [] : [fix(`${find} in stage(), and record again`, null)]),
    ...(share > MOST_WORKED ? [] : [fix('Wrap what the handler awaits in stage(), and record again', null)]),
  ]
}
