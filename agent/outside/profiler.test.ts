import { expect, test } from 'vitest'
import { parseWindows } from './profiler.js'

test('a profile setting gives window, period and sampling interval', () => {
  expect(parseWindows('5000/10000@1000')).toEqual({
    windowMs: 5000,
    everyMs: 10_000,
    intervalUs: 1000,
    leadMs: null,
    afterMs: null,
  })
})

test('the first window may be longer, and open with the recording', () => {
  expect(parseWindows('2000/16000@2000+4000')).toMatchObject({ intervalUs: 2000, leadMs: 4000, afterMs: null })
})

test('the first window may open some time after the recording began', () => {
  expect(parseWindows('2000/16000@2000~5000')).toMatchObject({ windowMs: 2000, leadMs: null, afterMs: 5000 })
})

test.each(['', 'on', '5000', '5000/10000', '0/100@1000', '200/100@1000', '100/200@10', '-1/5@1000', '100/200@1000+'])(
  'a setting that makes no sense is refused: "%s"',
  (setting) => expect(parseWindows(setting)).toBeUndefined(),
)
