import { eventLoop } from '../facts/event-loop.js'
import type { Facts } from '../facts/fact.js'
import { hotFunctions } from '../facts/hot-functions.js'
import { stageColumn, stageTimes } from '../facts/stage-times.js'
import { target } from '../facts/target.js'
import { traffic } from '../facts/traffic.js'
import { untimedWork } from '../facts/untimed-work.js'
import { UNATTRIBUTED_STAGE } from '../model/recording.js'
import { largestOf } from './hot-spots.js'
import { judgeLoopWork } from './loop-work.js'
import { clear, defineRule, fix } from './rule.js'
import { ms, percent } from './wording.js'

// How much of the time in no stage was code is known as a most; a host that is short of CPU stretches what it was.
const MOST_OF_IT = 0.5
// A fifth of the loop, as for every other work: below it, a nearly full loop makes any work look like what requests wait for.
const MIN_LOOP_SHARE = 0.2

/** Code of the handler that no stage covers takes the CPU that requests wait for. */
export const untimedCode = defineRule({
  id: 'untimed-code',
  title: 'Code that no stage covers takes the CPU that requests wait for',
  stage: UNATTRIBUTED_STAGE,
  symptomOf: [],
  needs: [traffic, stageTimes, eventLoop, target, untimedWork],
  judge(needs, facts) {
    const { workMs, share, loopShare } = needs.untimedWork
    const takes = `code in no stage takes at most ${ms(workMs)} a request and ${percent(loopShare)} of the event loop`
    if (loopShare < MIN_LOOP_SHARE) return clear(takes)
    if (share < MOST_OF_IT) return clear(`${takes}; most of the time in no stage is awaited`)
    return judgeLoopWork(needs, facts, {
      stage: UNATTRIBUTED_STAGE,
      noun: 'code in no stage',
      subject: 'Code that no stage covers',
      clause: 'code that no stage covers',
      effect: 'queue behind each other for it',
      absent: 'no request spent time in no stage',
      known: { ownMs: stageColumn(needs.stageTimes, UNATTRIBUTED_STAGE).map((own) => own * share), share: loopShare },
      fixes: [
        fix(`${findIt(facts)} take half of it away`, `stage.${UNATTRIBUTED_STAGE}=0.5x`),
        fix('Run one more process of the service on this host (cluster)', `processes=${needs.eventLoop.loops + 1}`),
      ],
    })
  },
})

function findIt(facts: Facts): string {
  const largest = largestOf(facts.find(hotFunctions)?.inNoStage ?? null)
  if (largest !== null) return `Begin with ${largest}:`
  if (facts.recording.profiles.length > 0) return 'See in the flame graph of the report which code it is, and'
  return 'Record with a CPU profile to see which code it is, and'
}
