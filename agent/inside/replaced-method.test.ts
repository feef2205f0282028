import { expect, test } from 'vitest'
import { replaceMethod, undoAll } from './replaced-method.js'

class Base {
  say() {
    return 'base'
  }
}
class Heir extends Base {}

test('an inherited method is inherited again afterwards', () => {
  const undo = replaceMethod(
    Heir.prototype,
    'say',
    (say) =>
      function (this: Heir) {
        return `${say.call(this)}, wrapped`
      },
  )
  expect(new Heir().say()).toBe('base, wrapped')
  expect(undo()).toBe(true)
  expect(new Heir().say()).toBe('base')
  expect(Object.hasOwn(Heir.prototype, 'say')).toBe(false)
})

test('a method of its own comes back as it was', () => {
  const own = { say: () => 'own' }
  const { say } = own
  expect(replaceMethod(own, 'say', () => () => 'wrapped')()).toBe(true)
  expect(own.say).toBe(say)
})

test('what somebody else has wrapped since stays, and the others go all the same', () => {
  const [built, plain] = [{ say: () => 'own' }, { say: () => 'own' }]
  const undos = [built, plain].map((one) => replaceMethod(one, 'say', (say) => () => `${say()}, wrapped`))
  const { say } = built
  built.say = () => `${say()}, twice`
  expect(undoAll(undos)).toBe(false)
  expect(built.say()).toBe('own, wrapped, twice')
  expect(plain.say()).toBe('own')
})
