import { expect, test } from 'vitest'
import { CHANGE_EXAMPLES, examplesLike, parseChange } from './change.js'

test.each([
  ['stage.deserialize=0.1x', { kind: 'stage', stage: 'deserialize', factor: 0.1 }],
  ['stage.deserialize=2ms', { kind: 'stage-time', stage: 'deserialize', ms: 2 }],
  ['stage.my.own=0x', { kind: 'stage', stage: 'my.own', factor: 0 }],
  ['batch.max=16', { kind: 'batch-max', size: 16 }],
  ['batch.waitMs=0', { kind: 'batch-wait', ms: 0 }],
  ['workers.deserialize=4', { kind: 'workers', stage: 'deserialize', count: 4 }],
  ['instances=2', { kind: 'instances', count: 2 }],
  ['device.speed=1.5x', { kind: 'device-speed', factor: 1.5 }],
  ['cpu.speed=0.8x', { kind: 'cpu-speed', factor: 0.8 }],
  ['load=1.2x', { kind: 'load', factor: 1.2 }],
  ['rate=300', { kind: 'rate', rps: 300 }],
])('%s is a change', (text, change) => {
  expect(parseChange(text)).toEqual(change)
})

test('every example of the grammar is one', () => {
  for (const example of CHANGE_EXAMPLES) expect(parseChange(example)).not.toBeNull()
})

test.each([
  ['stage.preprocess=0.5', ['stage.deserialize=0.1x', 'stage.deserialize=2ms']],
  ['batch.max=0', ['batch.max=16']],
  ['batch.size=8', ['batch.max=16', 'batch.waitMs=5', 'batch.release=idle']],
  ['load=20%', ['load=1.2x']],
  ['colour=red', CHANGE_EXAMPLES],
  ['', CHANGE_EXAMPLES],
])('the examples for %j are those most like it', (text, examples) => {
  expect(examplesLike(text)).toEqual(examples)
})

test.each([
  '',
  '=',
  'batch.max',
  'batch.max=0',
  'batch.max=1.5',
  'batch.max=16x',
  'instances=99999',
  'stage.deserialize=-1x',
  'stage.deserialize=3',
  'stage.=2x',
  'workers.=2',
  'device.speed=0x',
  'cpu.speed=2',
  'load=2',
  'rate=0',
  'rate=3ms',
  'colour=red',
])('%j is none', (text) => {
  expect(parseChange(text)).toBeNull()
})
