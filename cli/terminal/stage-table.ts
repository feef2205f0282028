import type { StageSummary } from '../../core/model/diagnosis.js'
import { bar, clip, padEnd, padStart, printable } from './layout.js'
import { formatCount, formatMs, formatShare, MISSING } from './numbers.js'
import type { Paint } from './paint.js'

const NAME_WIDTH = 18
/** Room for the whole title of the last column. */
const WIDE = 67
const BAR_WIDTH = 16
/** Everything but the bar; a shorter one than the second shows nothing. */
const [NUMBERS_WIDTH, LEAST_BAR] = [61, 6]
/** More would scroll the headline away; the report and the JSON have them all. */
const MAX_ROWS = 24

/**
 * Where a request's time goes, one line a stage. A container (handler) holds others and is left out. `tail`: there is a p95 to
 * have a share of; else it is the mean's.
 */
export function stageTable(stages: readonly StageSummary[], tail: boolean, paint: Paint): string {
  const all = stages.filter((stage) => stage.kind !== 'container')
  const rows = costliest(all)
  const wholeMs = all.reduce((sum, { meanMs }) => sum + meanMs, 0)
  const shareOf = ({ tailShare, meanMs }: StageSummary) => (tail ? tailShare : wholeMs > 0 ? meanMs / wholeMs : null)
  const columns = tail ? ['mean', 'p95', 'CPU'] : ['mean', 'CPU']
  const whole = tail ? 'p95' : 'mean'
  const header = `  ${padEnd('stage', NAME_WIDTH)}${columns.map((name) => padStart(name, 10)).join('')}   ${paint.columns < WIDE ? `of ${whole}` : `share of the ${whole}`}`
  const left = all.length - rows.length
  const rest = left === 0 ? [] : [paint.dim(`  and ${formatCount(left)} stages that take less`)]
  return [paint.dim(header), ...rows.map((stage) => stageRow(stage, shareOf(stage), tail, paint)), ...rest].join('\n')
}

/** In the order given, without those that take least of the tail where there are too many. */
function costliest(stages: readonly StageSummary[]): readonly StageSummary[] {
  if (stages.length <= MAX_ROWS) return stages
  const byCost = [...stages].sort((a, b) => (b.tailShare ?? 0) - (a.tailShare ?? 0) || b.meanMs - a.meanMs)
  const kept = new Set(byCost.slice(0, MAX_ROWS))
  return stages.filter((stage) => kept.has(stage))
}

function stageRow(stage: StageSummary, share: number | null, tail: boolean, paint: Paint): string {
  const name = padEnd(clip(printable(stage.id), NAME_WIDTH - 1), NAME_WIDTH)
  const shownMs = tail ? [stage.meanMs, stage.p95Ms, stage.cpuMs] : [stage.meanMs, stage.cpuMs]
  const times = shownMs.map((ms) => padStart(formatMs(ms), 10)).join('')
  const room = Math.min(BAR_WIDTH, paint.columns - NUMBERS_WIDTH)
  const drawn = share === null || room < LEAST_BAR ? '' : `  ${paint.cyan(bar(share, room))}`
  const shown = share === null ? MISSING : `${padStart(formatShare(share), 6)}${drawn}`
  return `  ${stage.kind === 'derived' ? paint.dim(name) : name}${times}   ${shown}`.trimEnd()
}
