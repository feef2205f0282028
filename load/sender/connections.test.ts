import { expect, test } from 'vitest'
import { Connections } from './connections.js'

function setUp(keepOpen = 0) {
  let nowMs = 0
  const connections = new Connections(
    { origin: 'http://127.0.0.1:1', insecure: false, timeoutMs: 1000, keepOpen, growEveryMs: 20 },
    () => nowMs,
  )
  const giveBack = (clients: ReturnType<Connections['take']>[]) => {
    for (const client of clients) connections.giveBack(client)
  }
  return {
    connections,
    giveBack,
    wait(ms: number) {
      nowMs += ms
    },
  }
}

test('connections are used in turn, so that none of them idles for long', () => {
  const { connections, giveBack } = setUp()
  const [a, b, c] = [connections.take(false), connections.take(false), connections.take(false)]
  giveBack([a, b, c])
  expect(connections.take(false)).toBe(a)
  giveBack([a])
  expect([connections.take(false), connections.take(false), connections.take(false)]).toEqual([b, c, a])
})

test('while all are busy another one is opened', () => {
  const { connections, giveBack } = setUp()
  const first = connections.take(false)
  expect(connections.take(false)).not.toBe(first)
  giveBack([first])
  expect(connections.take(false)).toBe(first)
})

test('one that idled for so long that the server may be closing it is given up for one that did not', async () => {
  const { connections, giveBack, wait } = setUp()
  const [early, late] = [connections.take(false), connections.take(false)]
  giveBack([early])
  wait(2000)
  giveBack([late])
  wait(1500)
  expect(connections.take(false)).toBe(late)
  expect(early.destroyed).toBe(true)
  giveBack([late])
  wait(3001)
  expect(connections.take(false)).not.toBe(late)
  await connections.close()
})

test('the warm-up opens as many as are to be kept open, by and by, though fewer would do', () => {
  const { connections, giveBack, wait } = setUp(3)
  const use = (warmUp: boolean) => {
    const client = connections.take(warmUp)
    giveBack([client])
    wait(15)
    return client
  }
  const used = [use(true), use(true), use(true), use(false), use(true), use(true), use(true)]
  const [a, b, c] = new Set(used)
  expect(used).toEqual([a, a, b, a, c, b, a])
})
