import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parseArrivals } from './arrivals.js'

describe('parseArrivals', () => {
  it('reads the three kinds', () => {
    const file = fileURLToPath(import.meta.url)
    expect(parseArrivals('poisson')).toEqual({ kind: 'poisson' })
    expect(parseArrivals('constant')).toEqual({ kind: 'constant' })
    expect(parseArrivals(`trace:${file}`)).toEqual({ kind: 'trace', file })
  })

  it('refuses an unknown kind and a trace that is not there', () => {
    expect(() => parseArrivals('bursty')).toThrow("got 'bursty', wanted poisson, constant or trace:<file>")
    expect(() => parseArrivals('trace:')).toThrow("got 'trace:'")
    expect(() => parseArrivals('trace:/no/such')).toThrow('cannot read --arrivals /no/such: no such file')
  })
})
