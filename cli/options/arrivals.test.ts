import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { meanRate, parseArrivals } from './arrivals.js'

describe('parseArrivals', () => {
  it('reads the names', () => {
    expect(parseArrivals('poisson')).toBe('poisson')
    expect(parseArrivals('constant')).toBe('constant')
  })

  it('reads a trace and knows its mean rate', () => {
    const directory = mkdtempSync(join(tmpdir(), 'arrivals-'))
    const file = join(directory, 'trace.csv')
    writeFileSync(file, '0\n0.5\n2\n')
    const trace = Float64Array.of(0, 500, 2000)
    expect(parseArrivals(`trace:${file}`)).toEqual({ trace })
    expect(meanRate(trace)).toBe(1.5)
    rmSync(directory, { recursive: true })
  })

  it('refuses an unknown kind and a trace that is not there', () => {
    expect(() => parseArrivals('bursty')).toThrow("got 'bursty', wanted poisson, constant or trace:<file>")
    expect(() => parseArrivals('trace:')).toThrow("got 'trace:'")
    expect(() => parseArrivals('trace:/no/such')).toThrow('cannot read --arrivals /no/such: no such file')
  })
})
