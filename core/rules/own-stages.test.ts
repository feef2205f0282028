import { expect, test } from 'vitest'
import type { StagePlacement } from '../facts/stage-placements.js'
import type { StageSummary } from '../model/diagnosis.js'
import { ownStages } from './own-stages.js'

const placement = { spans: 10 } as StagePlacement
const needsOf = (meansMs: Readonly<Record<string, number>>) => ({
  stageSummaries: Object.entries(meansMs).map(([id, meanMs]) => ({ id, meanMs }) as StageSummary),
  stagePlacements: new Map(Object.keys(meansMs).map((id) => [id, placement])),
})

test('of many stages those are judged that take most time, however many there are', () => {
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`stage-${i}`, i]))
  expect(ownStages(needsOf(many), () => true)).toEqual([9999, 9998, 9997, 9996, 9995].map((i) => `stage-${i}`))
})

test('stages with rules of their own, without a place, or that are not wanted are none of them', () => {
  const needs = needsOf({ preprocess: 5, rerank: 4, lookup: 3 })
  const withHandler = {
    ...needs,
    stageSummaries: [...needs.stageSummaries, { id: 'handler', meanMs: 9 } as StageSummary],
  }
  expect(ownStages(withHandler, (_, stage) => stage !== 'lookup')).toEqual(['rerank'])
})
