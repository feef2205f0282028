import { expect, test } from 'vitest'
import { isAgentWork, locationOf, originOf, packageOf, pathOf } from './call-frame.js'

const frame = (functionName: string, url: string, lineNumber = 0) => ({
  functionName,
  scriptId: '1',
  url,
  lineNumber,
  columnNumber: 0,
})

test.each([
  ['normalize', 'file:///srv/app/server.cjs', 'service'],
  ['normalize', 'C:\\srv\\app\\server.cjs', 'service'],
  ['clone', 'file:///srv/node_modules/lodash/lodash.js', 'package'],
  ['emit', 'node:events', 'builtin'],
  ['writev', '', 'builtin'],
  ['wasm-function[3]', 'wasm://wasm/1a2b', 'builtin'],
  ['stage', 'infer-diag:agent/index.js', 'agent'],
  ['(idle)', '', 'idle'],
  ['(program)', '', 'native'],
  ['(garbage collector)', '', 'collector'],
  ['(idle)', 'file:///srv/app/server.cjs', 'service'],
])('%s of %s is of the %s', (name, url, origin) => expect(originOf(frame(name, url))).toBe(origin))

test('the package is the innermost one, with its scope', () => {
  const of = (url: string) => packageOf(frame('f', url))
  expect(of('file:///srv/node_modules/.pnpm/a@1/node_modules/@scope/b/index.js')).toBe('@scope/b')
  expect(of('file:///srv/node_modules/express/node_modules/qs/lib/parse.js')).toBe('qs')
  expect(of('C:\\srv\\node_modules\\lodash\\lodash.js')).toBe('lodash')
  expect(of('file:///srv/app/server.js')).toBeNull()
  expect(of('node:fs')).toBeNull()
})

test('a place is as much of a path as tells it from others, and counts lines from 1', () => {
  expect(locationOf(frame('f', 'file:///home/a/srv/app/body.js', 11))).toBe('srv/app/body.js:12')
  expect(locationOf(frame('f', 'file:///srv/node_modules/lodash/lodash.js', 122))).toBe(
    'node_modules/lodash/lodash.js:123',
  )
  expect(locationOf(frame('f', 'node:internal/timers', 4))).toBe('node:internal/timers:5')
  expect(locationOf(frame('f', ''))).toBe('')
})

test('a URL that cannot be decoded is shown as it is', () => {
  expect(pathOf('file:///srv/my%20app/a.js')).toBe('/srv/my app/a.js')
  expect(pathOf('file:///srv/100%/a.js')).toBe('/srv/100%/a.js')
})

test('of the runtime, what the agent uses for itself is its work, and what it stands in front of is not', () => {
  expect(isAgentWork(frame('run', 'node:async_hooks'), true)).toBe(true)
  expect(isAgentWork(frame('now', ''), true)).toBe(true)
  expect(isAgentWork(frame('emit', 'node:events'), true)).toBe(false)
  expect(isAgentWork(frame('run', 'node:async_hooks'), false)).toBe(false)
  expect(isAgentWork(frame('handle', 'file:///srv/server.js'), true)).toBe(false)
})
