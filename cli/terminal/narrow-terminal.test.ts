import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { compareRecordings } from '../../core/compare/index.js'
import { diagnose } from '../../core/diagnose.js'
import { factsOf } from '../../core/facts/fact.js'
import { planAutoscale } from '../../core/sim/plan/autoscale.js'
import { planBatch } from '../../core/sim/plan/batch.js'
import { planInstances } from '../../core/sim/plan/instances.js'
import { tune } from '../../core/sim/tune/tune.js'
import { whatIf } from '../../core/sim/what-if/predict.js'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { sampleLoad } from '../../test/browser/sample-load.js'
import { showAutoscalePlan } from './autoscale-plan-view.js'
import { showBatchPlan } from './batch-plan-view.js'
import { showComparison } from './comparison-view.js'
import { showDiagnosis } from './diagnosis-view.js'
import { showInstancesPlan } from './instances-plan-view.js'
import { showLoad } from './load-view.js'
import { type Paint, paintFor } from './paint.js'
import { showTuning } from './tuning-view.js'
import { showWhatIf } from './what-if-view.js'

const recording = synthesize({ durationMs: 30_000, rate: 210 })
const facts = factsOf(recording)
const tuning = tune(facts, { slaP95Ms: 60 })
const changed = whatIf(facts, ['stage.deserialize=0.1x', 'batch.waitMs=5'])
if ('withheld' in tuning || 'withheld' in changed) throw new Error('the sample recording has no predictions')
const diagnosis = diagnose(recording)
const comparison = compareRecordings(recording, synthesize({ durationMs: 30_000, rate: 210, parseMs: 0.1, seed: 2 }))
const load = sampleLoad()
const labels = ['before', 'spike', 'after']
const levels = load.levels.slice(0, 3).map((level, at) => ({ ...level, label: labels[at]! }))

const batch = planBatch({
  overheadMs: 6,
  perItemMs: 4,
  rate: 200,
  devices: 1,
  slaP95Ms: 120,
  maxBatches: [1, 8, 32],
  maxWaitsMs: [0, 20],
  seed: 1,
})
const service = { serviceMs: 40, serviceCv: 0.5, concurrency: 4, utilization: 0.7, rate: 600, seed: 1 }
const instances = planInstances({ ...service, headroom: 0.2, slaP95Ms: 120 })
const autoscale = planAutoscale({
  ...service,
  rate: 200,
  spikeFactor: 3,
  spikeMs: 30_000,
  coldStartMs: 3000,
  signal: 'queue',
  everyMs: 5000,
  cpuWindowMs: 30_000,
  minWarm: null,
  timeoutMs: 2000,
  slaP95Ms: 250,
})

const VIEWS: Readonly<Record<string, (paint: Paint) => string>> = {
  diagnose: (paint) => showDiagnosis(diagnosis, { paint, paths: { recording: 'out' } }),
  tune: (paint) => showTuning(tuning, paint),
  'what-if': (paint) => showWhatIf(changed, 'infer-diag-recording-1', paint),
  compare: (paint) => showComparison(comparison, paint),
  'load, a ramp': (paint) => showLoad(load, { paint, file: 'out/report.html' }),
  'load, a spike': (paint) =>
    showLoad({ ...load, mode: 'spike', knee: null, levels }, { paint, file: 'out/report.html' }),
  'plan batch': (paint) => showBatchPlan(batch, paint),
  'plan instances': (paint) => showInstancesPlan(instances, paint),
  'plan autoscale': (paint) => showAutoscalePlan(autoscale, paint),
}

describe.each([60, 66, 72, 80])('in a terminal of %i columns', (columns) => {
  const paint = paintFor({ isTTY: true, columns }, {})

  it.each(Object.keys(VIEWS))('every line of %s fits', (name) => {
    const lines = stripVTControlCharacters(VIEWS[name]!(paint)).split('\n')
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.filter((line) => line.length > columns)).toEqual([])
  })
})

it('a table leaves out what matters least, never the p95', () => {
  const narrow = stripVTControlCharacters(showTuning(tuning, paintFor({ isTTY: true, columns: 60 }, {})))
  expect(narrow).toMatch(/^ +p95 +95 % interval +req\/s$/m)
  const wide = stripVTControlCharacters(showTuning(tuning, paintFor({ isTTY: true, columns: 80 }, {})))
  expect(wide).toMatch(/^ +p95 +95 % interval +req\/s +loop +device +full$/m)
})
