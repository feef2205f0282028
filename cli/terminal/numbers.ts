/** core/model/quantity.ts for tables, where a dash stands for a value that was not measured. */
import * as quantity from '../../core/model/quantity.js'

export const MISSING = '–'

export const formatMs = orDash(quantity.formatMs)
export const formatShare = orDash(quantity.formatPercent)
export const formatCount = orDash(quantity.formatCount)
export const { formatValue } = quantity

function orDash(format: (value: number) => string) {
  return (value: number | null): string => (value === null || !Number.isFinite(value) ? MISSING : format(value))
}
