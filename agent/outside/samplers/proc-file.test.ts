import { afterEach, expect, test } from 'vitest'
import { procDirectory } from './collected.js'
import { ProcFile } from './proc-file.js'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

test('a file is read whole at every reading, however long it is', () => {
  const proc = procDirectory({ stat: 'first' })
  const file = new ProcFile(`${proc.root}/stat`)
  stops.push(() => file.close(), proc.remove)
  expect(file.read()).toBe('first')
  const long = 'cpu 1 2 3\n'.repeat(20_000)
  proc.write({ stat: long })
  expect(file.read()).toBe(long)
  proc.write({ stat: 'short' })
  expect(file.read()).toBe('short')
})

test('a file that is not there is null, and is read once it is', () => {
  const proc = procDirectory({})
  const file = new ProcFile(`${proc.root}/stat`)
  stops.push(() => file.close(), proc.remove)
  expect(file.read()).toBeNull()
  proc.write({ stat: 'here' })
  expect(file.read()).toBe('here')
})

test('more files than may be kept open can still be read', () => {
  const names = Array.from({ length: 300 }, (_, i) => `f${i}`)
  const proc = procDirectory(Object.fromEntries(names.map((name) => [name, name])))
  const files = names.map((name) => new ProcFile(`${proc.root}/${name}`))
  stops.push(...files.map((file) => () => file.close()), proc.remove)
  for (let round = 0; round < 2; round++) expect(files.map((file) => file.read())).toEqual(names)
})

test('an error that does not mean "gone" is thrown', () => {
  const proc = procDirectory({ 'task/1': '' })
  stops.push(proc.remove)
  expect(() => new ProcFile(`${proc.root}/task`).read()).toThrow('EISDIR')
})
