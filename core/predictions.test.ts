import { describe, expect, test } from 'vitest'
import { synthesize } from '../fixtures/recordings/synthetic.js'
import { diagnose } from './diagnose.js'
import type { Finding } from './model/diagnosis.js'
import { formatMs } from './model/quantity.js'
import { clear, defineRule, fired, fix } from './rules/rule.js'

const finding = (findings: readonly Finding[], id: string) => findings.find((one) => one.id === id)!

/** A rule that always fires. */
const firing = (id: string, addedMs: number, changes: { readonly removal?: string; readonly fix?: string }) =>
  defineRule({
    id,
    title: id,
    stage: null,
    symptomOf: [],
    needs: [],
    judge: (_, facts) =>
      facts.recording.requests.count === 0
        ? clear('nothing')
        : fired({
            harm: 'capacity',
            confidence: 'high',
            summary: '',
            clause: id,
            removal: {
              addedMs: new Float64Array(facts.recording.requests.count).fill(addedMs),
              method: 'removal: made up',
              ...(changes.removal === undefined ? {} : { change: changes.removal }),
            },
            evidence: [],
            fixes: [fix('do it', changes.fix ?? null)],
          }),
  })

describe('predictions of a diagnosis', () => {
  const { findings, predictions, endToEnd } = diagnose(synthesize())

  test('every fix that can be simulated has a p95 with an interval, and what it takes for granted', () => {
    const { fixes } = finding(findings, 'json-parsing')
    const [binary, workers] = fixes
    expect(fixes.map(({ predictedP95Ms }) => predictedP95Ms)).toEqual(
      fixes.map(({ predictedP95Ms }) => predictedP95Ms).sort((a, b) => a! - b!),
    )
    expect(binary!.predictedP95Ms).toBeLessThan(endToEnd.p95Ms! / 2)
    expect(binary!.intervalMs![0]).toBeLessThan(binary!.predictedP95Ms!)
    expect(binary!.intervalMs![1]).toBeGreaterThan(binary!.predictedP95Ms!)
    expect(binary!.assumptions).toEqual([expect.stringContaining('deserialize is assumed to take 0.02')])
    expect(workers).toMatchObject({ change: 'workers.deserialize=2', extrapolated: true })
    expect(predictions).toMatchObject({ calibrationErrorP95: expect.any(Number), replayedRequests: endToEnd.requests })
  })

  test('causes cost what the replay without them saves, and the method says so', () => {
    const { costMs, costMethod, summary } = finding(findings, 'json-parsing')
    expect(costMethod).toMatch(/^simulated: .* with stage\.deserialize=0x$/)
    expect(summary).toContain(`About ${formatMs(costMs.p95)} of the ${formatMs(endToEnd.p95Ms!)} p95 would go with it.`)
    expect(costMs.p95).toBeGreaterThan(endToEnd.p95Ms! / 2)
    expect(finding(findings, 'saturated-event-loop').costMethod).toMatch(/^removal: /)
  })

  test('a cause that cannot be simulated keeps all of them to the estimate by removal', () => {
    const rules = [firing('a', 30, { removal: 'stage.deserialize=0x', fix: 'instances=2' }), firing('b', 40, {})]
    const both = diagnose(synthesize(), rules).findings
    expect(both.map(({ id, costMethod }) => `${id} ${costMethod}`)).toEqual([
      'b removal: made up',
      'a removal: made up',
    ])
  })

  test('a fix that does not fit the service says why, and the others are predicted', () => {
    const rules = [
      firing('a', 1, { fix: 'stage.tokenize=0.5x' }),
      firing('b', 1, { fix: 'instances=2' }),
      firing('c', 1, { fix: 'load=9x' }),
    ]
    const [a, b, c] = diagnose(synthesize(), rules).findings.map(({ fixes }) => fixes[0]!)
    expect(a).toMatchObject({ predictedP95Ms: null, unpredicted: "unknown stage 'tokenize'" })
    expect(b!.predictedP95Ms).toBeGreaterThan(0)
    expect(c).toMatchObject({
      predictedP95Ms: null,
      unpredicted: expect.stringMatching(/^the load would stay unstable/),
    })
  })

  test('a service that the replay does not know is diagnosed all the same, and the reason is given', () => {
    const few = diagnose(synthesize({ durationMs: 1500, warmupMs: 0 }), [firing('a', 1, { fix: 'instances=2' })])
    expect(few.findings[0]).toMatchObject({ costMethod: 'removal: made up', fixes: [{ predictedP95Ms: null }] })
    expect(few.predictions).toEqual({ withheld: expect.stringMatching(/requests, at least 500 are needed/) })
  })

  test('without a fix to simulate nothing is replayed', () => {
    expect(diagnose(synthesize(), [firing('a', 1, {})]).predictions).toBeNull()
  })
})
