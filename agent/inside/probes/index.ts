import type { Probe } from '../observation.js'
import { eventLoop } from './event-loop.js'
import { gc } from './gc.js'
import { httpServer } from './http-server.js'
import { json } from './json.js'

export const probes: readonly Probe[] = [httpServer, json, gc, eventLoop]
