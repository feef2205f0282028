import type { Probe } from '../observation.js'
import { downstream } from './downstream.js'
import { eventLoop } from './event-loop.js'
import { gc } from './gc.js'
import { httpServer } from './http-server.js'
import { json } from './json.js'
import { onnxruntime } from './onnxruntime.js'

export const probes: readonly Probe[] = [httpServer, json, onnxruntime, downstream, gc, eventLoop]
