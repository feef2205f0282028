import { expect, test } from 'vitest'
import { isThenable, onSettled } from './settlement.js'

test('a promise settles as before, and is observed once', async () => {
  const observed: boolean[] = []
  const reason = new Error('reason')
  expect(await onSettled(Promise.resolve(7), (failed) => observed.push(failed))).toBe(7)
  await expect(onSettled(Promise.reject(reason), (failed) => observed.push(failed))).rejects.toBe(reason)
  expect(observed).toEqual([false, true])
})

test('whatever has a then method is a promise, nothing else is', () => {
  // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
  expect(isThenable({ then: () => {} })).toBe(true)
  // biome-ignore lint/suspicious/noThenProperty: a then that is no method
  for (const value of [null, undefined, 0, '', {}, () => {}, { then: 1 }]) expect(isThenable(value)).toBe(false)
})
