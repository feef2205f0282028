import { expect, test } from 'vitest'
import { voidHint } from './void-reason.js'

const failed = { cause: 'all-failed', reason: 'each of 3 requests failed' } as const

test.each([
  ['timeout', /^does it hang.* raise --timeout$/],
  ['refused', /^check host and port/],
  ['http-error', /^check the URL, --method and --body/],
  ['reset', /^check the URL, --method and --body/],
] as const)('where every request ends as %s, the hint is about that', (mostly, hint) => {
  expect(voidHint({ ...failed, mostly })).toMatch(hint)
})

test('a result of before, without what became of most, has the general hint', () => {
  expect(voidHint(failed)).toMatch(/^check the URL/)
})
