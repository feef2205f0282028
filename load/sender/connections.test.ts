import { expect, test } from 'vitest'
import { Connections } from './connections.js'

function setUp() {
  let nowMs = 0
  const connections = new Connections({ origin: 'http://127.0.0.1:1', insecure: false, timeoutMs: 1000 }, () => nowMs)
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
  const [a, b, c] = [connections.take(), connections.take(), connections.take()]
  giveBack([a, b, c])
  expect(connections.take()).toBe(a)
  giveBack([a])
  expect([connections.take(), connections.take(), connections.take()]).toEqual([b, c, a])
})

test('while all are busy another one is opened', () => {
  const { connections, giveBack } = setUp()
  const first = connections.take()
  expect(connections.take()).not.toBe(first)
  giveBack([first])
  expect(connections.take()).toBe(first)
})

test('one that idled for so long that the server may be closing it is given up for one that did not', async () => {
  const { connections, giveBack, wait } = setUp()
  const [early, late] = [connections.take(), connections.take()]
  giveBack([early])
  wait(2000)
  giveBack([late])
  wait(1500)
  expect(connections.take()).toBe(late)
  expect(early.destroyed).toBe(true)
  giveBack([late])
  wait(3001)
  expect(connections.take()).not.toBe(late)
  await connections.close()
})
