import { PAYLOAD_ID, type Payload } from '../payload.js'
import { cpuLook } from './cpu-look.js'
import { differenceLook } from './difference-look.js'
import { fitLabels } from './fit-labels.js'
import { drawFlameGraph } from './flame-graph.js'
import { linkStages } from './stacked-bars.js'
import { addTimelineTools } from './timeline.js'
import { startTooltips } from './tooltip.js'

const payload: Payload = JSON.parse(document.getElementById(PAYLOAD_ID)?.textContent ?? '{}')

startTooltips()
fitLabels()
linkStages()
if (payload.flameGraph !== null) drawFlameGraph(payload.flameGraph.root, cpuLook(payload.flameGraph.root.totalMs))
if (payload.flameDifference !== null) drawFlameGraph(payload.flameDifference.root, differenceLook)
if (payload.timeline !== null) addTimelineTools(payload.timeline)
