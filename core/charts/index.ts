import { factsOf } from '../facts/fact.js'
import type { Charts } from '../model/charts.js'
import type { Recording } from '../model/recording.js'
import { drawBatching } from './batching.js'
import { attempt } from './chart.js'
import { drawFlameGraph } from './flame-graph.js'
import { drawLatency } from './latency.js'
import { drawRequestFlames } from './request-flames.js'
import { drawStackedBars } from './stacked-bars.js'
import { drawTimeline } from './timeline.js'

/** What the report draws, reduced to what a screen can show: its size does not grow with the recording. */
export function drawCharts(recording: Recording): Charts {
  const facts = factsOf(recording)
  return {
    stackedBars: attempt(() => drawStackedBars(facts)),
    requestFlames: attempt(() => drawRequestFlames(facts)),
    flameGraph: attempt(() => drawFlameGraph(recording)),
    timeline: attempt(() => drawTimeline(facts)),
    latency: attempt(() => drawLatency(facts)),
    batching: attempt(() => drawBatching(facts)),
  }
}
