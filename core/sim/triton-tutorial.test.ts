import { expect, test } from 'vitest'
import { quantile } from '../stats/quantile.js'
import type { Jobs, Network } from './network.js'
import { simulate } from './simulate.js'

/**
 * NVIDIA Triton tutorials, Conceptual Guide part 2, "Dynamic Batching & Concurrent Model Execution", text recognition on one
 * model instance, requests of 2 images (perf_analyzer -b 2 --concurrency-range 2:16:2 --percentile=95).
 * https://github.com/triton-inference-server/tutorials/tree/main/Conceptual_Guide/Part_2-improving_resource_utilization
 */
const BASE = {
  /** Without batching, by concurrency: images a second. */
  imagesPerS: [955.708, 977.314, 973.367, 974.623, 975.859, 976.191, 966.07, 975.048],
  p95Ms: 34.035,
  clients: 16,
  /** The server's own account of a request, over the runs at all concurrencies. */
  server: { inputMs: 0.02, inferMs: 2.04, outputMs: 0.007, latencyMs: 17.937 },
}
/** Given, not predicted: compute of a full batch of 8 images. */
const FULL_BATCH_INFER_MS = 2.4
const IMAGES = 2
const LARGEST = 4

/** With dynamic batching, as measured there. */
const MEASURED = [
  { clients: 2, imagesPerS: 998.141, p95Ms: 4.14 },
  { clients: 4, imagesPerS: 1765.66, p95Ms: 4.75 },
  { clients: 6, imagesPerS: 2518.48, p95Ms: 5.148 },
  { clients: 8, imagesPerS: 3095.85, p95Ms: 5.565 },
  { clients: 10, imagesPerS: 3182.83, p95Ms: 7.632 },
  { clients: 12, imagesPerS: 3181.3, p95Ms: 7.956 },
  { clients: 14, imagesPerS: 3184.54, p95Ms: 10.357 },
  { clients: 16, imagesPerS: 3187.76, p95Ms: 10.567 },
]

/** Everything that the prediction rests on, from the base measurements (docs/simulator.md). */
function learnt() {
  const { imagesPerS, server, clients, p95Ms } = BASE
  const perS = imagesPerS.map((images) => images / IMAGES)
  // The runs were equally long: the mean over all requests of all runs, by Little's law, is sum(clients) / sum(rate).
  const meanMs =
    (1000 * perS.reduce((sum, _, run) => sum + 2 * (run + 1), 0)) / perS.reduce((sum, rate) => sum + rate, 0)
  const cycleMs = (1000 * clients) / perS.at(-1)!
  return {
    outsideMs: meanMs - server.latencyMs,
    copyMs: server.inputMs + server.outputMs,
    inferMs: (requests: number) =>
      server.inferMs + ((FULL_BATCH_INFER_MS - server.inferMs) * (requests - 1)) / (LARGEST - 1),
    spread: p95Ms / cycleMs,
    cycleMs,
  }
}

function predict(clients: number, maxBatch: number) {
  const { outsideMs, copyMs, inferMs, spread } = learnt()
  const serviceMs = Float64Array.from({ length: maxBatch + 1 }, (_, size) => inferMs(size) + copyMs * size)
  const network: Network = {
    stations: [
      { kind: 'pool', servers: Number.POSITIVE_INFINITY },
      { kind: 'batcher', maxBatch, maxWaitMs: 0, slots: 1, serviceMs },
    ],
    route: [0, 1],
  }
  const count = 20_000
  const demandMs = Float64Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? outsideMs : 0))
  const jobs: Jobs = { arrivalMs: new Float64Array(count), demandMs }
  const { arrivalMs, endMs, lastMs } = simulate(network, jobs, { closedLoop: { clients } })
  const latencyMs = endMs.map((end, job) => end - arrivalMs[job]!).slice(1000)
  return { p95Ms: spread * quantile(latencyMs, 0.95), imagesPerS: (1000 * IMAGES * count) / lastMs }
}

test('the base row is explained by what was learnt from it: 32.8 ms a cycle, 2.05 ms a request', () => {
  expect(learnt().cycleMs).toBeCloseTo(32.8, 1)
  expect(predict(16, 1).imagesPerS / 975.048).toBeCloseTo(1, 1)
})

test.each(MEASURED)('dynamic batching, $clients clients: p95 within 8 %, throughput within 8 %', (row) => {
  const predicted = predict(row.clients, LARGEST)
  expect(Math.abs(predicted.p95Ms / row.p95Ms - 1)).toBeLessThan(0.08)
  expect(Math.abs(predicted.imagesPerS / row.imagesPerS - 1)).toBeLessThan(0.08)
})
