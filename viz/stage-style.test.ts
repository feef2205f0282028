import { expect, test } from 'vitest'
import { ownStageRules, stageClass, stageTextClass } from './stage-style.js'

const OWN = ['tokenize', 'embed', 'rank', 'lookup', 'filter', 'blend']
const boxes = (stages: readonly string[]) => stages.map((stage) => `<rect class="${stageClass(stage)}"/>`).join('')

test('the stages of a service itself have colours of their own, as many as there are', () => {
  const rules = ownStageRules(boxes(OWN)).split('\n')
  expect(rules.map((rule) => /fill:var\((--own-\d)\)/.exec(rule)![1])).toEqual([...new Set(rules.map(colourOf))])
  expect(rules).toHaveLength(OWN.length)
  const [name] = stageClass('tokenize').split(' ').slice(1)
  expect(rules[0]).toContain(`.${name}{fill:`)
  expect(rules[0]).toContain(`.${stageTextClass('tokenize').split(' ')[1]}{fill:var(--light-text)}`)
})

test('a stage that comes again has one rule, and stages that everybody has need none', () => {
  expect(ownStageRules(boxes(['embed', 'model', 'embed', 'queue'])).split('\n')).toHaveLength(1)
  expect(ownStageRules(boxes(['model', 'event-loop-wait']))).toBe('')
})

test('no name of a stage can end the style sheet', () => {
  const rules = ownStageRules(boxes(['</style><script>', 'a{b}', '"']))
  expect(rules).toMatch(
    /^(\.stage-own-[a-z0-9]+\{fill:var\(--own-\d\)\}\.on-stage-own-[a-z0-9]+\{fill:var\(--(light|dark)-text\)\}\n?)+$/,
  )
})

function colourOf(rule: string): string {
  return /fill:var\((--own-\d)\)/.exec(rule)![1]!
}
