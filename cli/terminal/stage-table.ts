import type { StageSummary } from '../../core/model/diagnosis.js'
import { bar, clip, padEnd, padStart, printable } from './layout.js'
import { formatMs, formatShare, MISSING } from './numbers.js'
import type { Paint } from './paint.js'

const NAME_WIDTH = 18
const BAR_WIDTH = 16

/** Where a request's time goes, one line a stage. A container (handler) holds others and is left out. */
export function stageTable(stages: readonly StageSummary[], paint: Paint): string {
  const rows = stages.filter((stage) => stage.kind !== 'container')
  const header = `  ${padEnd('stage', NAME_WIDTH)}${['mean', 'p95', 'CPU'].map((name) => padStart(name, 10)).join('')}   share of the p95`
  return [paint.dim(header), ...rows.map((stage) => stageRow(stage, paint))].join('\n')
}

function stageRow(stage: StageSummary, paint: Paint): string {
  const name = padEnd(clip(printable(stage.id), NAME_WIDTH - 1), NAME_WIDTH)
  const times = [stage.meanMs, stage.p95Ms, stage.cpuMs].map((ms) => padStart(formatMs(ms), 10)).join('')
  const share = stage.tailShare
  const shown = share === null ? MISSING : `${padStart(formatShare(share), 6)}  ${paint.cyan(bar(share, BAR_WIDTH))}`
  return `  ${stage.kind === 'derived' ? paint.dim(name) : name}${times}   ${shown}`.trimEnd()
}
