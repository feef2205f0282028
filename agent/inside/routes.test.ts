import { describe, expect, it } from 'vitest'
import { SHARED_OFFSET } from '../../core/model/journal-layout.js'
import { Names } from './names.js'
import { Ring } from './ring.js'
import { Routes } from './routes.js'

function setUp() {
  const names = new Names(new Ring(new SharedArrayBuffer(SHARED_OFFSET.end), 0))
  return { names, routes: new Routes(names) }
}

describe('Routes', () => {
  it('tells methods and paths apart, also when requests alternate, and leaves the query out', () => {
    const { routes } = setUp()
    const get = routes.id('GET', '/a')
    const post = routes.id('POST', '/a')
    const other = routes.id('POST', '/b')
    expect(new Set([get, post, other]).size).toBe(3)
    expect([
      routes.id('GET', '/a?x=1'),
      routes.id('GET', '/a?x=1'),
      routes.id('POST', '/a'),
      routes.id('GET', '/a'),
    ]).toEqual([get, get, post, get])
  })

  it('gathers all routes after the 256th under one name, and still knows the first ones', () => {
    const { names, routes } = setUp()
    const first = routes.id('GET', '/0')
    for (let i = 1; i < 256; i += 1) routes.id('GET', `/${i}`)
    const rest = names.id('(other)', '(other)')
    expect([routes.id('GET', '/256'), routes.id('GET', '/256'), routes.id('GET', '/257')]).toEqual([rest, rest, rest])
    expect(routes.id('GET', '/0')).toBe(first)
  })
})
