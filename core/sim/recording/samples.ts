import type { RecordingTables } from '../../model/recording-tables.js'
import type { Network, Run } from '../network.js'

const SAMPLE_EVERY_MS = 100

/** What an agent's samplers would have read: how busy the loop and the device were, what waited, what was inside. */
export function emitSamples(tables: RecordingTables, network: Network, run: Run, loop: number | null): void {
  const { trace, stepEndMs, arrivalMs, endMs, lastMs } = run
  const width = network.route.length
  const bins = Math.floor(lastMs / SAMPLE_EVERY_MS)
  const loopBusyMs = new Float64Array(bins + 1)
  const deviceBusyMs = new Float64Array(bins + 1)
  const waiting = new Float64Array(bins + 2)
  const inFlight = new Float64Array(bins + 2)
  const step = network.route.findIndex((station) => network.stations[station]!.kind === 'batcher')
  for (let job = 0; job < arrivalMs.length; job++) {
    count(inFlight, arrivalMs[job]!, endMs[job]!)
    for (let i = 0; i < width; i++) {
      const at = job * width + i
      if (network.route[i] === loop) occupy(loopBusyMs, trace!.stepStartMs[at]!, stepEndMs![at]!)
    }
    if (step >= 0) {
      const enteredMs = step === 0 ? arrivalMs[job]! : stepEndMs![job * width + step - 1]!
      count(waiting, enteredMs, trace!.stepStartMs[job * width + step]!)
    }
  }
  const { batches } = trace!
  for (let batch = 0; batch < batches.count; batch++)
    occupy(deviceBusyMs, batches.startedMs[batch]!, batches.endedMs[batch]!)
  const slots = step < 0 ? 1 : slotsOf(network, step)
  let [queued, inside] = [0, 0]
  for (let bin = 0; bin < bins; bin++) {
    const tMs = (bin + 1) * SAMPLE_EVERY_MS
    queued += waiting[bin]!
    inside += inFlight[bin]!
    if (loop !== null) tables.sample('loop.utilization', tMs, loopBusyMs[bin]! / SAMPLE_EVERY_MS, 'main', true)
    tables.sample('requests.inFlight', tMs, inside, '', true)
    if (step < 0) continue
    tables.sample('device.utilization', tMs, deviceBusyMs[bin]! / SAMPLE_EVERY_MS / slots, 'simulated device', true)
    tables.sample('queue.depth', tMs, queued, '', true)
  }
}

function slotsOf(network: Network, step: number): number {
  const station = network.stations[network.route[step]!]!
  return station.kind === 'batcher' ? station.slots : 1
}

/** One more from `fromMs` until `toMs`, as seen at the end of each bin. */
function count(bins: Float64Array, fromMs: number, toMs: number): void {
  if (!(fromMs >= 0 && toMs >= fromMs)) return
  const last = bins.length - 1
  bins[Math.min(last, Math.floor(fromMs / SAMPLE_EVERY_MS))]!++
  bins[Math.min(last, Math.floor(toMs / SAMPLE_EVERY_MS))]!--
}

/** Adds the part of an interval that lies in each bin. */
function occupy(bins: Float64Array, startMs: number, endMs: number): void {
  if (!(startMs >= 0 && endMs >= startMs)) return
  const last = Math.min(bins.length - 1, Math.floor(endMs / SAMPLE_EVERY_MS))
  for (let bin = Math.floor(startMs / SAMPLE_EVERY_MS); bin <= last; bin++) {
    const from = Math.max(startMs, bin * SAMPLE_EVERY_MS)
    bins[bin]! += Math.max(0, Math.min(endMs, (bin + 1) * SAMPLE_EVERY_MS) - from)
  }
}
