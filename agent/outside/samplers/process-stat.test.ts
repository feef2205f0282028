import { expect, test } from 'vitest'
import { parseProcessStat } from './process-stat.js'

const LINE =
  '5497 (bash) S 5494 5497 5497 0 -1 4194560 2131 39992 2 11 30 12 32 16 20 0 3 0 139654 5124096 965 18446744073709551615 1 1\n'

test('the fields are counted from behind the name', () => {
  expect(parseProcessStat(LINE)).toEqual({
    name: 'bash',
    ppid: 5494,
    ended: false,
    cpuTicks: 42,
    threads: 3,
    startTicks: 139654,
    rssPages: 965,
  })
})

test('a name with blanks and parentheses does not shift them', () => {
  expect(parseProcessStat(LINE.replace('(bash)', '(tokio (worker) 1)'))).toMatchObject({
    name: 'tokio (worker) 1',
    ppid: 5494,
    rssPages: 965,
  })
})

test('a zombie has ended, and text that is no such line is null', () => {
  expect(parseProcessStat(LINE.replace(') S ', ') Z '))?.ended).toBe(true)
  expect(parseProcessStat('')).toBeNull()
  expect(parseProcessStat('5497 (bash) S 5494')).toBeNull()
})
