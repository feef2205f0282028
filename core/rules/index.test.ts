import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rules } from './index.js'

const page = (name: string) => readFileSync(new URL(`../../docs/rules/${name}.md`, import.meta.url), 'utf8')

test.each(rules)('$id has its page and its line in the list of rules', ({ id }) => {
  expect(page(id)).toMatch(new RegExp(`^# ${id}\n\n\\*\\*.+\\.\\*\\*\n`))
  for (const section of ['What it means', 'How it is detected', 'What to do', 'How to check', 'Look-alike']) {
    expect(page(id)).toContain(`\n## ${section}\n`)
  }
  expect(page('README')).toContain(`[\`${id}\`](${id}.md)`)
})

test('ids are unique, and no rule is a symptom of itself', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
  expect(rules.filter(({ id, symptomOf }) => symptomOf.includes(id))).toEqual([])
})
