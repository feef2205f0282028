/** The short names under which rules write quantities into sentences. */
export { formatCount as count, formatMs as ms, formatPercent as percent } from '../model/quantity.js'
