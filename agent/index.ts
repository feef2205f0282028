import type { Agent } from './inside/api.js'
import { agent } from './inside/start.js'

export type { BatchOptions, GaugeOptions, Handoff, Pipeline, Ran, Ticket } from './inside/api.js'

const current: Agent = agent()

export const stage: Agent['stage'] = current.stage
export const enqueue: Agent['enqueue'] = current.enqueue
export const batch: Agent['batch'] = current.batch
export const configure: Agent['configure'] = current.configure
export const gauge: Agent['gauge'] = current.gauge
export const handoff: Agent['handoff'] = current.handoff
export const resume: Agent['resume'] = current.resume
