/** Round values (1, 2, 5 x 10^n) from 0 or `from` up to `to`, about `count` of them. */
export function ticks(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from]
  const raw = (to - from) / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw * 0.999) ?? 10 * power
  const values: number[] = []
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++)
    values.push(Number((k * step).toPrecision(12)))
  return values
}

/** How a tick's label hangs on its tick, so that none leaves the chart at its ends. */
export function tickAnchor(share: number): 'start' | 'middle' | 'end' {
  if (share < 0.06) return 'start'
  return share > 0.9 ? 'end' : 'middle'
}

/** A length along an axis as an SVG percentage, so that charts follow the width of the page without a script. */
export function percentOf(value: number, whole: number): string {
  return `${whole > 0 ? Math.round((value / whole) * 1e5) / 1e3 : 0}%`
}
