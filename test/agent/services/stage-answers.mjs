import { setTimeout as sleep } from 'node:timers/promises'

/** Does what the path asks for and tells what the caller of the stage saw. */
export async function answer(req, { batch, enqueue, stage }) {
  switch (new URL(req.url, 'http://service').pathname) {
    case '/sync':
      return { value: stage('sync-stage', { bytes: 12 }, () => 41) + 1 }
    case '/async':
      return { value: (await stage('async-stage', () => sleep(5, 41))) + 1 }
    case '/throws': {
      const thrown = new TypeError('sync')
      return {
        same:
          caught(() =>
            stage('throwing-stage', () => {
              throw thrown
            }),
          ) === thrown,
      }
    }
    case '/rejects': {
      const reason = new TypeError('async')
      const seen = await stage('rejecting-stage', async () => {
        await sleep(1)
        throw reason
      }).catch((error) => error)
      return { same: seen === reason }
    }
    case '/nested':
      return stage('outer', async () => {
        await sleep(2)
        const inner = stage('inner', () => 'inner value')
        await sleep(2)
        return { inner }
      })
    case '/mine': {
      const mine = new URL(req.url, 'http://service').searchParams.get('id')
      await stage(`first-${mine}`, () => sleep(Number(mine) % 7))
      await sleep(Number(mine) % 3)
      stage(`second-${mine}`, () => mine)
      return { mine }
    }
    case '/senseless': {
      const values = [stage(undefined, () => 1), stage('x', null, () => 2), batch(undefined, undefined, () => 3)]
      const nameless = stage(Object.create(null), () => 5)
      return { values: [...values, batch([enqueue()], undefined, () => 4), nameless] }
    }
    case '/batch': {
      const ticket = enqueue()
      await sleep(3)
      const options = { capacity: 4, device: 'gpu0', reason: 'timeout', maxWaitMs: 2 }
      const value = await batch([ticket], options, () => stage('model', () => sleep(4, 'scores')))
      return { value, request: ticket.request > 0 }
    }
    case '/device': {
      const ran = []
      const told = [
        () => ran[0],
        () => ({ startMs: Date.now() - 2, endMs: Date.now() }),
        () => {
          throw new TypeError('the device has no clock')
        },
      ]
      for (const tell of told) {
        const ticket = enqueue()
        await sleep(10)
        batch([ticket], { capacity: 4, ran: tell }, () => {
          const endMs = Number(process.hrtime.bigint()) / 1e6
          ran.push({ startMs: endMs - 2, endMs: endMs - 1 })
        })
      }
      return ran[0].endMs - ran[0].startMs
    }
    case '/batches': {
      const steps = (name) => async () => {
        stage(`${name}-before`, () => {})
        await sleep(2)
        stage(`${name}-after`, () => {})
      }
      for (const name of ['first', 'second']) await batch([enqueue()], { capacity: 4 }, steps(name))
      batch([enqueue()], { capacity: 4 }, () => stage('third', () => {}))
      stage('outside', () => {})
      return {}
    }
    default:
      return { unknown: true }
  }
}

function caught(fn) {
  try {
    return fn()
  } catch (error) {
    return error
  }
}
