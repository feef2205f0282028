import { expect, test } from 'vitest'
import { parseFigure, parseGpuInventory, parseGpuRow, queryFields, refusedField } from './nvidia-smi.js'

const ALL = queryFields(new Set())

test('figures come with and without units, and what stands for "none" is no figure', () => {
  expect(['0', '0 %', '34.12 W', '1980 MHz', '-5'].map(parseFigure)).toEqual([0, 0, 34.12, 1980, -5])
  for (const none of ['[N/A]', 'N/A', '[Not Supported]', '[Unknown Error]', '[GPU is lost]', 'ERR!', '']) {
    expect(parseFigure(none)).toBeNaN()
  }
})

test('a row gives every figure in the units of the model', () => {
  const row = parseGpuRow('1, 45, 2048, 68.94, 1755, 1980, 61, 0x0000000000000004', ALL)
  expect(row?.gpu).toBe('gpu1')
  expect(Object.fromEntries(row?.values.map(({ metric, value }) => [metric, value]) ?? [])).toEqual({
    'gpu.utilization': 0.45,
    'gpu.memoryUsed': 2048 * 1024 * 1024,
    'gpu.power': 68.94,
    'gpu.smClock': 1755,
    'gpu.maxSmClock': 1980,
    'gpu.temperature': 61,
    'gpu.throttled': 1,
  })
  expect(row?.missing).toEqual([])
})

test('an idle device is at 0, and what it does not support is missing', () => {
  const row = parseGpuRow('0, 0 %, 451 MiB, [N/A], 345 MHz, [Not Supported], 28, [N/A]', ALL)
  expect(row?.values).toEqual([
    { metric: 'gpu.utilization', value: 0 },
    { metric: 'gpu.memoryUsed', value: 451 * 1024 * 1024 },
    { metric: 'gpu.smClock', value: 345 },
    { metric: 'gpu.temperature', value: 28 },
  ])
  expect(row?.missing.map(({ field }) => field)).toEqual([
    'power.draw',
    'clocks.max.sm',
    'clocks_throttle_reasons.active',
  ])
})

test('only power and heat count as throttling: an idle clock and a chosen one do not', () => {
  const throttled = (mask: string) =>
    parseGpuRow(`0, 0, 0, 0, 0, 0, 0, ${mask}`, ALL)?.values.find(({ metric }) => metric === 'gpu.throttled')?.value
  expect(['0x0', '0x0000000000000001', '0x0000000000000002', '0x0000000000000100'].map(throttled)).toEqual([0, 0, 0, 0])
  expect(['0x4', '0x0000000000000008', '0x20', '0x0000000000000041', '0x80'].map(throttled)).toEqual([1, 1, 1, 1, 1])
})

test('messages, halves of lines and garbage are not rows', () => {
  for (const line of ['', 'No devices were found', '0, 45', 'x, 1, 2, 3, 4, 5, 6, 0x0', '\u0000\u0001']) {
    expect(parseGpuRow(line, ALL)).toBeNull()
  }
})

test('a field that an old driver refuses is left out of the query and of the row', () => {
  const line = 'Field "clocks_throttle_reasons.active" is not a valid field to query.'
  const refused = refusedField(line)
  expect(refused).toBe('clocks_throttle_reasons.active')
  const fields = queryFields(new Set([refused ?? '']))
  expect(parseGpuRow('0, 1, 2, 3, 4, 5, 6', fields)?.values).toHaveLength(6)
  expect(refusedField('0, 1, 2')).toBeNull()
})

test('the inventory lists each device, with null for a memory size that is not given', () => {
  expect(parseGpuInventory('NVIDIA H200, 143771, 570.86.10\nNVIDIA Thor, [N/A], 580.00\n\nwarning: x\n')).toEqual([
    { name: 'NVIDIA H200', memoryBytes: 143771 * 1024 * 1024, driver: '570.86.10', simulated: false },
    { name: 'NVIDIA Thor', memoryBytes: null, driver: '580.00', simulated: false },
  ])
})
