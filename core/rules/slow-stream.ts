import { endToEnd } from '../facts/end-to-end.js'
import { blocks, stagePlacements } from '../facts/stage-placements.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { STREAM_STAGE } from '../model/recording.js'
import { histogram } from '../stats/histogram.js'
import { mean } from '../stats/mean.js'
import { removalCostMs } from './removal.js'
import { clear, defineRule, fired, fix } from './rule.js'
import { tooFewForP95 } from './sample-size.js'
import { ms } from './wording.js'

// A smaller share of p95 leaves more to gain before the answer begins.
const MIN_COST_SHARE = 0.25
const SURE_COST_SHARE = 0.4
const BINS = 20

/** Answers go out in parts over a long time, as the tokens of a language model do: their last byte is late, whatever their first. */
export const slowStream = defineRule({
  id: 'slow-stream',
  title: 'Answers are sent in parts, over a long time',
  stage: STREAM_STAGE,
  symptomOf: [],
  needs: [traffic, stageTimes, stagePlacements, target, endToEnd],
  judge({ traffic: measured, stageTimes: times, stagePlacements: placements, target: goal, endToEnd: figures }) {
    const { latencyMs, p95Ms } = measured
    const few = tooFewForP95(latencyMs.length)
    if (few !== null) return few
    const placement = placements.get(STREAM_STAGE)
    if (placement === undefined) return clear('answers are sent at once')
    const addedMs = stageColumn(times, STREAM_STAGE)
    const costMs = removalCostMs(measured, addedMs)
    const lasts = `${ms(mean(addedMs))} pass on average from the first write of an answer to its end`
    if (costMs < MIN_COST_SHARE * p95Ms) return clear(`${lasts}, ${ms(costMs)} of p95`)
    const { firstByteP50Ms, firstByteP95Ms } = figures
    const computes = blocks(placement)
    const begins =
      firstByteP95Ms === null ? '' : ` The first byte comes after ${ms(firstByteP50Ms!)}, p95 ${ms(firstByteP95Ms)}.`
    const nature = computes ? ', in code that keeps the event loop busy' : ', while the event loop is free'
    return fired({
      // Without a missed target nothing says that it goes on for too long.
      confidence: goal.state !== 'missed' ? 'low' : costMs >= SURE_COST_SHARE * p95Ms ? 'high' : 'medium',
      harm: 'latency',
      summary: `Answers are sent in parts: ${lasts} (p95 ${ms(figures.streamP95Ms ?? costMs)})${nature}.${begins}`,
      costSentence: (cost) => `About ${cost} is the stream.`,
      clause: `answers are sent in parts for ${ms(mean(addedMs))}${firstByteP95Ms === null ? '' : ` after their first byte (p95 ${ms(firstByteP95Ms)})`}`,
      removal: {
        addedMs,
        change: `stage.${STREAM_STAGE}=0x`,
        method: 'removal: per request the time from the first write of its answer to its end',
      },
      evidence: [
        {
          kind: 'metric',
          label: 'p95 that rests on the stream, roughly',
          value: costMs,
          unit: 'ms',
          limit: { value: MIN_COST_SHARE * p95Ms, reason: 'with less there is more to gain before the answer begins' },
        },
        { kind: 'metric', label: 'stream, mean per request', value: mean(addedMs), unit: 'ms' },
        ...(firstByteP95Ms === null
          ? []
          : [{ kind: 'metric', label: 'first byte, p95', value: firstByteP95Ms, unit: 'ms' } as const]),
        { kind: 'histogram', label: 'from the first write to the end', unit: 'ms', bins: histogram(addedMs, BINS) },
      ],
      fixes: [
        computes
          ? fix('Move the work between the writes to worker threads', null)
          : fix(
              'Make each part sooner, or fewer of them (of a language model: a limit on tokens)',
              `stage.${STREAM_STAGE}=0.5x`,
            ),
        fix('Where clients read along, give the whole answer a target of its own: they wait for the first byte', null),
      ],
    })
  },
})
