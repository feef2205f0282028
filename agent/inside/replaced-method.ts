import type { Undo } from './observation.js'

/** Puts what `wrap` makes of a method in its place. */
export function replaceMethod<T extends object, K extends keyof T>(
  object: T,
  name: K,
  wrap: (original: T[K]) => T[K],
): Undo {
  const original = object[name]
  const isOwn = Object.hasOwn(object, name)
  const replacement = wrap(original)
  object[name] = replacement
  return () => {
    if (object[name] !== replacement) return false
    if (isOwn) object[name] = original
    else delete object[name]
    return true
  }
}

/** All of them, whatever becomes of each. */
export function undoAll(undos: readonly Undo[]): boolean {
  return undos.map((undo) => undo()).every(Boolean)
}
