import { expect, test } from 'vitest'
import type { Confidence } from '../model/diagnosis.js'
import { type Ranked, rank } from './ranking.js'
import { defineRule } from './rule.js'

function ranked(id: string, p95: number, confidence: Confidence = 'high', symptomOf: string[] = []): Ranked {
  const rule = defineRule({
    id,
    title: id,
    stage: null,
    symptomOf,
    needs: [],
    judge: () => ({ verdict: 'clear', reason: '' }),
  })
  const finding = {
    id,
    title: id,
    summary: '',
    stage: null,
    confidence,
    costMs: { p95, interval: null },
    costMethod: '',
    evidence: [],
    fixes: [],
    docs: '',
  }
  return { rule, finding, clause: id, removalChange: null, summaryFor: () => '' }
}

const order = (...all: Ranked[]) => rank(all).map(({ finding }) => finding.id)

test('the costliest finding comes first', () => {
  expect(order(ranked('small', 3), ranked('large', 40))).toEqual(['large', 'small'])
})

test('a symptom comes right after its cause, however much it costs', () => {
  const symptom = ranked('saturated-event-loop', 90, 'high', ['json-parsing'])
  expect(order(symptom, ranked('json-parsing', 60), ranked('other', 5))).toEqual([
    'json-parsing',
    'saturated-event-loop',
    'other',
  ])
})

test('a symptom whose cause did not fire, or hardly, stands for itself', () => {
  const symptom = ranked('saturated-event-loop', 90, 'high', ['json-parsing'])
  expect(order(ranked('json-parsing', 99, 'low'), symptom)).toEqual(['saturated-event-loop', 'json-parsing'])
})

test('a symptom of a symptom is not lost', () => {
  const all = [
    ranked('cause', 10),
    ranked('middle', 20, 'high', ['cause']),
    ranked('last', 30, 'high', ['middle']),
  ] as const
  expect(order(...all)).toEqual(['cause', 'middle', 'last'])
})
