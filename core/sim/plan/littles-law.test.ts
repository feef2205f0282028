import { expect, test } from 'vitest'
import { littlesLaw } from './littles-law.js'

const law = (ratePerSecond: number | null, latencyMs: number | null, inFlight: number | null) =>
  littlesLaw({ ratePerSecond, latencyMs, inFlight })

test('any two give the third', () => {
  expect(law(100, 40, null)).toMatchObject({ inFlight: 4, found: 'inFlight' })
  expect(law(100, null, 4)).toMatchObject({ latencyMs: 40, found: 'latencyMs' })
  expect(law(null, 40, 4)).toMatchObject({ rate: 100, found: 'rate' })
})

test('all three are checked against each other, within 5 %', () => {
  expect(law(100, 40, 4.1)).toMatchObject({ found: 'nothing', consistent: true })
  expect(law(100, 40, 6)).toMatchObject({ found: 'nothing', consistent: false })
})

test('one alone says nothing', () => {
  expect([law(100, null, null), law(null, 40, null), law(null, null, 4), law(null, null, null)]).toEqual([
    null,
    null,
    null,
    null,
  ])
})
