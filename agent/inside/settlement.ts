/**
 * Calls `observe(failed)` when the promise `result` settles, and returns what the caller shall have: a promise that
 * settles the same way. A rejection stays the service's to handle: nobody else is told.
 */
export function onSettled<T>(result: T & PromiseLike<unknown>, observe: (failed: boolean) => void): T {
  const settled = result.then(
    (value: unknown) => {
      observe(false)
      return value
    },
    (reason: unknown) => {
      observe(true)
      throw reason
    },
  )
  return settled as T
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
  if (value instanceof Promise) return true
  return 'then' in value && typeof value.then === 'function'
}
