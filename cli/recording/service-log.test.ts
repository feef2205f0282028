import { mkdtempSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ServiceLog } from './service-log.js'

let directory = ''
let log: ServiceLog | null = null
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'service-log-'))
})
afterEach(() => {
  log?.close()
  rmSync(directory, { recursive: true })
})

const file = () => join(directory, 'service.log')
const text = () => readFileSync(file(), 'utf8')

/** `count` lines of ten bytes from number `first` on. */
function write({ fd }: ServiceLog, first: number, count: number): void {
  writeSync(fd, Array.from({ length: count }, (_, i) => `${String(first + i).padStart(9, '0')}\n`).join(''))
}

test('a log within its limit stays as the service wrote it', () => {
  log = new ServiceLog(file(), { mostBytes: 1000, keptBytes: 100 })
  write(log, 0, 100)
  log.bound()
  expect(statSync(file()).size).toBe(1000)
  expect(log.cutBytes).toBe(0)
})

test('a log that is too long keeps its first and its last lines, whole, and says how much is gone', () => {
  log = new ServiceLog(file(), { mostBytes: 1000, keptBytes: 105 })
  write(log, 0, 200)
  log.bound()
  write(log, 200, 1)
  const lines = text().split('\n').filter(Boolean)
  expect(lines).toEqual([
    ...Array.from({ length: 10 }, (_, i) => String(i).padStart(9, '0')),
    '--- infer-diag cut 1.8 kB of output out here ---',
    ...Array.from({ length: 11 }, (_, i) => String(190 + i).padStart(9, '0')),
  ])
  expect(log.cutBytes).toBe(1800)
})

test('however long a service prints, the log stays small and counts all that it lacks', () => {
  log = new ServiceLog(file(), { mostBytes: 1000, keptBytes: 100 })
  for (let at = 0; at < 100_000; at += 500) {
    write(log, at, 500)
    log.bound()
    expect(statSync(file()).size).toBeLessThan(1000)
  }
  expect(text().match(/infer-diag cut/g)).toHaveLength(1)
  expect(text()).toContain('000099999\n')
  const kept = text().match(/^\d{9}$/gm)!.length
  expect(log.cutBytes).toBe(1e6 - 10 * kept)
})

test('output without any line end is cut as well', () => {
  log = new ServiceLog(file(), { mostBytes: 1000, keptBytes: 100 })
  writeSync(log.fd, 'x'.repeat(5000))
  log.bound()
  expect(text().replaceAll(/[^x]/g, '')).toHaveLength(200)
  expect(log.cutBytes).toBe(4800)
})

test('what was cut last is cut when the log is closed, and closing twice does no harm', () => {
  log = new ServiceLog(file(), { mostBytes: 1000, keptBytes: 100 })
  write(log, 0, 500)
  log.close()
  log.close()
  expect(statSync(file()).size).toBeLessThan(1000)
})
