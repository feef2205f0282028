import { PAYLOAD_ID, type Payload } from '../payload.js'
import { fitLabels } from './fit-labels.js'
import { drawFlameGraph } from './flame-graph.js'
import { linkStages } from './stacked-bars.js'
import { addTimelineTools } from './timeline.js'
import { startTooltips } from './tooltip.js'

const payload: Payload = JSON.parse(document.getElementById(PAYLOAD_ID)?.textContent ?? '{}')

startTooltips()
fitLabels()
linkStages()
if (payload.flameGraph !== null) drawFlameGraph(payload.flameGraph)
if (payload.timeline !== null) addTimelineTools(payload.timeline)
