import { expect, test } from 'vitest'
import { hasAgent, processOf } from './thread-instance.js'

test.each([
  ['12/34 node', 12],
  ['12/12 a name 7/8', 12],
  ['12', 12],
  ['main', null],
  ['8:0', null],
  ['', null],
])('samples of %j are of process %j', (instance, pid) => {
  expect(processOf(instance)).toBe(pid)
})

test('an agent in one process is none in another whose number begins alike', () => {
  const meta = { processes: [{ pid: 12, title: 'node server.js', runtime: 'node v20.19.0' }] }
  expect(hasAgent(meta, '12/34 node')).toBe(true)
  expect(hasAgent(meta, '123/123 node')).toBe(false)
  expect(hasAgent(meta, 'main')).toBe(false)
})
