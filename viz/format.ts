/** core/model/quantity.ts for HTML: a number keeps to one line with its unit. */
import * as quantity from '../core/model/quantity.js'

export const { NOT_MEASURED, formatCount } = quantity

export const formatMs = unbroken(quantity.formatMs)
export const formatOptionalMs = unbroken(quantity.formatOptionalMs)
export const formatPercent = unbroken(quantity.formatPercent)
export const formatDeviation = unbroken(quantity.formatDeviation)
export const formatBytes = unbroken(quantity.formatBytes)
export const formatValue = unbroken(quantity.formatValue)
export const plural = unbroken(quantity.plural)

/** May break around its `to`, and nowhere else. */
export function formatRange(range: readonly [number, number]): string {
  return quantity.formatRange(range).replace(/ (?!to |\d)/g, '\u00a0')
}

function unbroken<Arguments extends unknown[]>(format: (...values: Arguments) => string) {
  return (...values: Arguments): string => format(...values).replaceAll(' ', '\u00a0')
}
