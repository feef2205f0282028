import { parentPort, workerData } from 'node:worker_threads'
import type { SamplerThreadOptions } from './sampler-thread.js'
import { startSamplingJournal } from './sampling-journal.js'

const { dir, rootPid, intervalMs, nvidiaSmi } = workerData as SamplerThreadOptions

const sampling = startSamplingJournal({
  dir,
  rootPid,
  ...(intervalMs !== undefined && { intervalMs }),
  ...(nvidiaSmi !== undefined && { sources: { nvidiaSmi } }),
})

parentPort?.once('message', async () => {
  await sampling.stop()
  parentPort?.close()
})
parentPort?.postMessage('sampling')
