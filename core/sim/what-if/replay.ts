import { gather, tabulate } from '../../stats/gather.js'
import { timeOrder } from '../../stats/time-order.js'
import type { CpuSpec, Jobs, Network, StationSpec } from '../network.js'
import { simulate } from '../simulate.js'
import {
  type BatcherModel,
  batchServiceMs,
  type Disturbances,
  type Segment,
  type ServiceModel,
  type Waking,
} from './service-model.js'

export type Replay = {
  /** By arrival that counts, in the order they were due. */
  readonly latencyMs: Float64Array
  /** From entering the batcher to leaving the device; null without one. */
  readonly batchedMs: Float64Array | null
  /** Waiting for the event loop. */
  readonly loopWaitMs: Float64Array
  /** Requests that came before those that count and were in the service when the first of these was due. */
  readonly presentAtStart: number
  readonly throughputRps: number
  readonly busiest: ResourceUse
  readonly utilizations: readonly ResourceUse[]
  readonly meanBatch: number | null
  /** What work on the CPU took over what it would have taken alone; null where there are cores for all. */
  readonly cpuStretch: number | null
}

/** While requests arrived; 1 and more means that the resource could not keep up. */
export type ResourceUse = { readonly resource: string; readonly utilization: number }

/** The first station, and its name among the resources. */
const LOOP = 0
export const EVENT_LOOP = 'event loop'
const HOST_CPU = 'CPU of the host'

/** Runs the recorded requests, with their own demands, through the model's resources. */
export function replay(model: ServiceModel): Replay {
  const { arrivals, bytesWaitMs, networkOutMs, instances, processes, processOf, warmUpFactor } = model
  const { scheduledMs, request, measuredFrom } = arrivals
  const total = scheduledMs.length
  const count = total - measuredFrom
  // Code that runs often is compiled before long.
  const colds = measuredFrom >> 1
  const latencyMs = new Float64Array(count)
  const batchedMs = model.batcher === null ? null : new Float64Array(count)
  const loopWaitMs = new Float64Array(count)
  const connectionMs = withoutWaking(model.connectionMs, model.connectionWaking)
  const arrivalMs = tabulate(total, (i) => scheduledMs[i]! + connectionMs[request[i]!]! + bytesWaitMs[request[i]!]!)
  const order = timeOrder(arrivalMs)
  const { resources, steps, ...built } = networkOf(model)
  const width = steps.length
  const work = workOf(model, built.network.route, steps)
  const serving = built.network.route.map((station) => Number.isFinite(resources[station]!.servers))
  const busyMs = new Float64Array(processes * built.network.stations.length)
  const asRecorded = built.network.cpu === undefined ? 1 : model.cpu!.loopStretch
  let [lastMs, batches, inBatches, workMs, onCpuMs, presentAtStart] = [0, 0, 0, 0, 0, 0]
  for (let instance = 0; instance < instances; instance++) {
    const own = everyNth(order, instances, instance)
    const requests = new Uint32Array(own.length)
    const cold = new Uint32Array(own.length)
    for (let job = 0; job < own.length; job++) {
      requests[job] = request[own[job]!]!
      cold[job] = own[job]! < colds ? 1 : 0
    }
    const demandMs = slowed(rowsOf(work.demandMs, requests, width), cold, warmUpFactor, serving)
    const jobs: Jobs = {
      arrivalMs: gather(arrivalMs, own),
      demandMs,
      ...(processes > 1 && { process: Uint8Array.from(requests, (recorded) => processOf[recorded]!) }),
      afterMs: slowed(rowsOf(work.afterMs, requests, width), cold, warmUpFactor, serving),
      wakeMs: rowsOf(work.wakeMs, requests, width),
    }
    const network =
      model.batcher === null
        ? built.network
        : drawing(built.network, gather(model.batchOf, requests), cold, warmUpFactor)
    const run = simulate(network, jobs, { steps: true })
    const stepEndMs = run.stepEndMs!
    for (let job = 0; job < own.length; job++) {
      const i = own[job]! - measuredFrom
      if (i < 0) {
        const endMs = stepEndMs[(job + 1) * width - 1]! + networkOutMs[requests[job]!]!
        if (endMs > scheduledMs[measuredFrom]!) presentAtStart++
        continue
      }
      let beganMs = jobs.arrivalMs[job]!
      for (let step = 0; step < width; step++) {
        const tookMs = stepEndMs[job * width + step]! - beganMs
        beganMs += tookMs
        if (network.route[step] === LOOP) {
          const sleptMs = run.stepWakeMs === null ? 0 : run.stepWakeMs[job * width + step]!
          loopWaitMs[i]! += tookMs - sleptMs - demandMs[job * width + step]! * asRecorded
        } else if (batchedMs !== null && steps[step]![0]!.place.kind === 'device') batchedMs[i] = tookMs
      }
      latencyMs[i] = beganMs + networkOutMs[request[own[job]!]!]! - scheduledMs[own[job]!]!
    }
    lastMs = Math.max(lastMs, run.lastMs)
    workMs += run.cpu?.workMs ?? 0
    onCpuMs += run.cpu?.tookMs ?? 0
    for (const [station, use] of run.stations.entries()) {
      busyMs[station]! += use.busyMs
      if (network.stations[station % network.stations.length]!.kind !== 'batcher') continue
      batches += use.started
      inBatches += use.served
    }
  }
  const first = arrivalMs[order[0]!]!
  // Cold requests take longer, and are not what the resources are used for.
  const arrivingMs = (arrivalMs[order[total - 1]!]! - first) * (1 + ((warmUpFactor - 1) * colds) / total)
  const used = resources.flatMap(({ resource, servers }, station) => {
    if (!Number.isFinite(servers)) return []
    // Of several processes the one that has most of it to do: a balancer need not be even.
    const most = busyMs.reduce((ms, one, at) => (at % resources.length === station ? Math.max(ms, one) : ms), 0)
    return [{ resource, utilization: most / (servers * instances * arrivingMs) }]
  })
  const { cpu } = built.network
  const utilizations = [...used]
  if (cpu !== undefined) {
    const utilization = (workMs / (instances * arrivingMs) + cpu.background) / cpu.cores
    utilizations.push({ resource: HOST_CPU, utilization })
  }
  return {
    latencyMs,
    batchedMs,
    loopWaitMs,
    presentAtStart,
    throughputRps: (1000 * total) / (lastMs - first),
    busiest: utilizations.reduce((a, b) => (b.utilization > a.utilization ? b : a)),
    utilizations,
    meanBatch: batches === 0 ? null : inBatches / batches,
    cpuStretch: workMs > 0 ? onCpuMs / workMs : null,
  }
}

/** Those at places `first`, `first` + n, and so on. */
function everyNth(order: Uint32Array, n: number, first: number): Uint32Array {
  const chosen = new Uint32Array(Math.ceil((order.length - first) / n))
  for (let i = 0; i < chosen.length; i++) chosen[i] = order[first + i * n]!
  return chosen
}

/** What recorded requests need, request by request and step by step. */
type Work = Required<Omit<Jobs, 'arrivalMs' | 'process'>>

function workOf(model: ServiceModel, route: readonly number[], steps: readonly (readonly Segment[])[]): Work {
  const width = steps.length
  const requests = model.connectionMs.length
  const table = () => new Float64Array(requests * width)
  const work = { demandMs: table(), afterMs: table(), wakeMs: table() }
  const add = (to: Float64Array, step: number, columnMs: Float64Array, share = 1) => {
    for (let i = 0; i < requests; i++) to[i * width + step]! += share * columnMs[i]!
  }
  const turns = route.flatMap((station, step) => (station === LOOP && steps[step]!.length > 0 ? [step] : []))
  for (const { around, demandMs } of model.segments) {
    if (around) for (const step of turns) add(work.afterMs, step, demandMs, 1 / turns.length)
  }
  for (const [step, segments] of steps.entries()) {
    for (const { demandMs, waking } of segments) add(work.demandMs, step, withoutWaking(demandMs, waking))
    // A sleeping loop is woken up by a new connection, and by what comes back from elsewhere.
    const waking = step === 0 ? model.connectionWaking : steps[step - 1]![0]?.waking
    if (waking && route[step] === LOOP) add(work.wakeMs, step, waking.wakeMs)
  }
  return work
}

function rowsOf(table: Float64Array, rows: Uint32Array, width: number): Float64Array {
  const found = new Float64Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]! * width
    for (let k = 0; k < width; k++) found[i * width + k] = table[row + k]!
  }
  return found
}

/** Requests that are `cold` take `factor` times as long where something serves them. In place. */
function slowed(table: Float64Array, cold: Uint32Array, factor: number, serving: readonly boolean[]): Float64Array {
  const width = serving.length
  for (let i = 0; factor !== 1 && i < cold.length; i++) {
    if (cold[i] === 1) for (let k = 0; k < width; k++) if (serving[k]) table[i * width + k]! *= factor
  }
  return table
}

/** The part of a delay that a loop which is awake knows as well. */
function withoutWaking(delayMs: Float64Array, waking: Waking | null | undefined): Float64Array {
  if (!waking) return delayMs
  const { asleep, wakeMs } = waking
  return tabulate(delayMs.length, (i) => (asleep[i] === 1 ? Math.max(0, delayMs[i]! - wakeMs[i]!) : delayMs[i]!))
}

type Resource = { readonly resource: string; readonly servers: number }

/** Neighbouring stages of one place become one step: nothing else runs on the loop between two that follow each other. */
function networkOf(model: ServiceModel) {
  const { segments, batcher, acceptTurn, loopOrder, processes } = model
  const stations: StationSpec[] = [{ kind: 'pool', servers: 1 }]
  const computing = [LOOP]
  const resources: Resource[] = [{ resource: EVENT_LOOP, servers: 1 }]
  const route: number[] = acceptTurn ? [LOOP] : []
  const steps: Segment[][] = acceptTurn ? [[]] : []
  for (const segment of segments) {
    const { place, stage } = segment
    if (segment.around) continue
    if (place.kind === 'loop' && route.at(-1) === LOOP && steps.at(-1)!.length > 0) {
      steps.at(-1)!.push(segment)
      continue
    }
    steps.push([segment])
    if (place.kind === 'loop') {
      route.push(LOOP)
      continue
    }
    route.push(stations.length)
    if (place.kind === 'device' ? model.cpu?.device === true : place.kind === 'workers' && place.computing) {
      computing.push(stations.length)
    }
    if (place.kind === 'device') {
      stations.push(batcherSpec(batcher!))
      resources.push({ resource: 'device', servers: batcher!.slots })
    } else {
      const servers = place.kind === 'elsewhere' ? Number.POSITIVE_INFINITY : place.count
      stations.push({ kind: 'pool', servers })
      resources.push({
        resource: place.kind === 'limited' ? `${stage}, ${servers} at a time` : `${stage} workers`,
        servers,
      })
    }
  }
  const away = route.findIndex((station) => station !== LOOP)
  if (loopOrder === 'rounds' && away >= 0) stations[LOOP] = { kind: 'event-loop', returningFrom: away }
  const cpu = sharedCpu(model, computing, resources)
  const network: Network = { stations, route, processes, ...(cpu !== null && { cpu }) }
  return { network, resources, steps }
}

/** Null where the cores are not known, or there is one for everything that may work at once. */
function sharedCpu(
  { cpu, instances, processes }: ServiceModel,
  stations: number[],
  resources: readonly Resource[],
): CpuSpec | null {
  if (cpu === null) return null
  const { cores, imbalance } = cpu
  const background = cpu.background / instances
  const most = stations.reduce((sum, station) => sum + processes * resources[station]!.servers, background)
  return most > cores ? { cores, imbalance, background, stations } : null
}

/** Each batch meets what befell the recorded batch of the request that leads it; one that is `cold` takes `factor` times as long. */
function drawing(network: Network, batchOf: Float64Array, cold: Uint32Array, factor: number): Network {
  const stations = network.stations.map((spec): StationSpec => {
    if (spec.kind !== 'batcher') return spec
    const { variation, crowded } = spec
    if (factor === 1 || variation === undefined || crowded === undefined) return { ...spec, draw: batchOf }
    return {
      ...spec,
      variation: withScaled(variation, factor),
      crowded: { ...crowded, variation: withScaled(crowded.variation, factor) },
      draw: batchOf.map((batch, i) => batch + cold[i]! * variation.length),
    }
  })
  return { ...network, stations }
}

/** The column, and behind it once more, times `factor`. */
function withScaled(column: Float64Array, factor: number): Float64Array {
  const both = new Float64Array(2 * column.length)
  both.set(column)
  for (let i = 0; i < column.length; i++) both[column.length + i] = column[i]! * factor
  return both
}

function batcherSpec(model: BatcherModel): StationSpec {
  const { maxBatch, maxWaitMs, lateMs, calm, crowded, slots, contention: seen, whileBusy, timerOnLoop } = model
  const serviceMs = Float64Array.from({ length: maxBatch + 1 }, (_, size) => batchServiceMs(model, size))
  // More at once than were ever seen slow each other down at least as much.
  const contention = Float64Array.from({ length: slots + 1 }, (_, k) => seen[Math.min(k, seen.length - 1)]!)
  const common = { kind: 'batcher', maxBatch, slots, whileBusy, serviceMs, contention } as const
  if (!timerOnLoop) return { ...common, maxWaitMs: maxWaitMs + lateMs, ...calm, crowded: { at: LOOP, ...crowded } }
  // The recorded lateness of a timer on the loop is mostly its wait for the loop, which is simulated.
  const punctual = ({ variation, handover }: Disturbances): Disturbances => ({
    variation,
    handover: { ...handover, timerMs: new Float64Array(0) },
  })
  return { ...common, maxWaitMs, timerAt: LOOP, ...punctual(calm), crowded: { at: LOOP, ...punctual(crowded) } }
}
