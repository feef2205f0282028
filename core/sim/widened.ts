/** `wide`, which begins with what `narrow` holds. */
export function widened<T extends Float64Array | Int32Array | Uint16Array>(wide: T, narrow: T): T {
  wide.set(narrow)
  return wide
}
