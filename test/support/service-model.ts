import type { ServiceModel } from '../../core/sim/what-if/service-model.js'

/** A service of one instance without a batcher whose `count` requests need nothing, and what `changes` say. */
export function serviceModel(count: number, changes: Partial<ServiceModel>): ServiceModel {
  const nothing = new Float64Array(count)
  return {
    arrivals: {
      scheduledMs: nothing,
      request: Uint32Array.from(nothing, (_, i) => i),
      measuredFrom: 0,
      schedule: null,
    },
    connectionMs: nothing,
    connectionWaking: null,
    networkOutMs: nothing,
    bytesWaitMs: nothing,
    segments: [],
    batcher: null,
    batchOf: new Uint32Array(0),
    acceptTurn: false,
    loopOrder: 'in-order',
    warmUpFactor: 1,
    instances: 1,
    processes: 1,
    processOf: new Uint8Array(count),
    cpu: null,
    ...changes,
  }
}
