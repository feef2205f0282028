/** "54 %". */
export function percent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`
}

/** "141 ms", "8.2 ms", "0.35 ms": three digits at most, none that the measurement does not carry. */
export function ms(value: number): string {
  if (value >= 10) return `${Math.round(value)} ms`
  return `${Number(value.toPrecision(2))} ms`
}

/** "3" or "2.6". */
export function count(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Number(value.toFixed(1)))
}
