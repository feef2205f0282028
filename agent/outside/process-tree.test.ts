import { afterEach, expect, test } from 'vitest'
import { ProcessTree } from './process-tree.js'
import { procDirectory, statLine } from './samplers/collected.js'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

const process = (pid: number, ppid: number, children = '', startTicks = 1000) => ({
  [`${pid}/stat`]: statLine(pid, { ppid, startTicks }),
  [`${pid}/task/${pid}/children`]: children,
})

test('children of children are found, also those that a thread started', () => {
  const { pids } = watch(
    { ...process(10, 1, '11 '), '10/task/15/children': '12 ', ...process(11, 10, '13 14 '), ...process(12, 10) },
    { ...process(13, 11), ...process(14, 11), ...process(99, 1) },
  )
  expect(pids(0)).toEqual([10, 11, 12, 13, 14])
})

test('a process that appears later is found within a second, and the root may be late itself', () => {
  const { proc, pids } = watch({})
  expect(pids(0)).toEqual([])
  proc.write(process(10, 1))
  expect(pids(500)).toEqual([])
  expect(pids(1000)).toEqual([10])
  proc.write({ ...process(10, 1, '11'), ...process(11, 10) })
  expect(pids(1900)).toEqual([10])
  expect(pids(2000)).toEqual([10, 11])
})

test('an orphan stays in the tree after the root has ended', () => {
  const { proc, pids } = watch({ ...process(10, 1, '11'), ...process(11, 10) })
  pids(0)
  proc.write({ '10': null, '11/stat': statLine(11, { ppid: 1 }) })
  expect(pids(2000)).toEqual([11])
})

test('a zombie is no longer a process', () => {
  const { proc, pids } = watch(process(10, 1))
  pids(0)
  proc.write({ '10/stat': statLine(10, { state: 'Z' }) })
  expect(pids(100)).toEqual([])
})

test('an id taken over by another process does not come into the tree', () => {
  const { proc, pids } = watch({ ...process(10, 1, '11'), ...process(11, 10) })
  pids(0)
  proc.write({ ...process(10, 1, ''), ...process(11, 1, '', 2000) })
  expect(pids(100)).toEqual([10])
  proc.write({ '10': null })
  pids(200)
  proc.write(process(10, 1, '', 3000))
  expect(pids(2000)).toEqual([])
})

test('a kernel without lists of children is scanned by parent instead', () => {
  const stats = (...pairs: [number, number][]) =>
    Object.fromEntries(
      pairs.flatMap(([pid, ppid]) => [
        [`${pid}/stat`, statLine(pid, { ppid })],
        [`${pid}/task/${pid}/comm`, 'node'],
      ]),
    )
  const { proc, pids } = watch(stats([10, 1], [11, 10], [12, 11], [99, 1]))
  expect(pids(0)).toEqual([10, 11, 12])
  proc.write(stats([13, 12]))
  expect(pids(1000)).toEqual([10, 11, 12])
  expect(pids(5000)).toEqual([10, 11, 12, 13])
})

function watch(...files: Record<string, string>[]) {
  const proc = procDirectory(Object.assign({}, ...files))
  const tree = new ProcessTree({ procRoot: proc.root, rootPid: 10 })
  stops.push(() => tree.close(), proc.remove)
  const pids = (tMs: number) => {
    tree.update(tMs)
    return tree.processes.map(({ pid }) => pid).sort((a, b) => a - b)
  }
  return { proc, pids }
}
