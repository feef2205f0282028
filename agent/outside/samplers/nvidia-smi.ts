import type { Metric } from '../../../core/model/recording.js'
import type { GpuInfo } from '../../../core/model/recording-meta.js'

/**
 * Rows of `nvidia-smi --query-gpu=... --format=csv,noheader,nounits`; fields: `nvidia-smi --help-query-gpu`.
 * Not read: MIG instances, whose utilization nvidia-smi itself gives as [N/A].
 */
type Column = { readonly field: string; readonly metric: Metric; parse(text: string): number }

const MIB = 1024 * 1024

// nvmlClocksEventReasons: software power cap, hardware slowdown, software and hardware thermal slowdown, power brake.
// Left out: idle, clocks set by a person, sync boost. https://docs.nvidia.com/deploy/nvml-api/
const REDUCED_FOR_POWER_OR_HEAT = 0x4 | 0x8 | 0x20 | 0x40 | 0x80

const COLUMNS: readonly Column[] = [
  { field: 'utilization.gpu', metric: 'gpu.utilization', parse: (text) => parseFigure(text) / 100 },
  { field: 'memory.used', metric: 'gpu.memoryUsed', parse: (text) => parseFigure(text) * MIB },
  { field: 'power.draw', metric: 'gpu.power', parse: parseFigure },
  { field: 'clocks.sm', metric: 'gpu.smClock', parse: parseFigure },
  { field: 'clocks.max.sm', metric: 'gpu.maxSmClock', parse: parseFigure },
  { field: 'temperature.gpu', metric: 'gpu.temperature', parse: parseFigure },
  // Renamed clocks_event_reasons.active in 2023; the old name is understood by drivers of before and after.
  { field: 'clocks_throttle_reasons.active', metric: 'gpu.throttled', parse: parseThrottled },
]

export type GpuRow = {
  readonly gpu: string
  readonly values: readonly { readonly metric: Metric; readonly value: number }[]
  /** Fields that this GPU or driver does not give, with what it prints instead. */
  readonly missing: readonly { readonly field: string; readonly text: string }[]
}

/** The query's fields, less those that this driver has refused. */
export function queryFields(refused: ReadonlySet<string>): readonly string[] {
  return ['index', ...COLUMNS.map(({ field }) => field).filter((field) => !refused.has(field))]
}

/** One row of the answer to `fields`; null for a line that is not one (messages, half a line, garbage). */
export function parseGpuRow(line: string, fields: readonly string[]): GpuRow | null {
  const cells = line.split(',').map((cell) => cell.trim())
  if (cells.length !== fields.length || !/^\d+$/.test(cells[0])) return null
  const values: { metric: Metric; value: number }[] = []
  const missing: { field: string; text: string }[] = []
  for (const { field, metric, parse } of COLUMNS) {
    const at = fields.indexOf(field)
    if (at < 0) continue
    const value = parse(cells[at])
    if (Number.isFinite(value)) values.push({ metric, value })
    else missing.push({ field, text: cells[at] })
  }
  return { gpu: `gpu${cells[0]}`, values, missing }
}

/** Rows of `--query-gpu=name,memory.total,driver_version`; lines that are not rows are passed over. */
export function parseGpuInventory(text: string): GpuInfo[] {
  return text.split('\n').flatMap((line) => {
    const [name, memory, driver, ...more] = line.split(',').map((cell) => cell.trim())
    if (driver === undefined || more.length > 0) return []
    const memoryBytes = parseFigure(memory) * MIB
    return [{ name, memoryBytes: Number.isFinite(memoryBytes) ? memoryBytes : null, driver, simulated: false }]
  })
}

/** The field that nvidia-smi says it does not know, when that is what the line says. */
export function refusedField(line: string): string | null {
  return /^Field "([^"]+)" is not a valid field to query/.exec(line)?.[1] ?? null
}

/** "0", "0 %", "34.12 W"; NaN for "[N/A]", "[Not Supported]", "[Unknown Error]", "ERR!" and everything else. */
export function parseFigure(text: string): number {
  const match = /^(-?\d+(?:\.\d+)?)(?: ?[%A-Za-z]+)?$/.exec(text)
  return match ? Number(match[1]) : Number.NaN
}

function parseThrottled(text: string): number {
  if (!/^0x[0-9a-f]+$/i.test(text)) return Number.NaN
  return (Number(BigInt(text) & 0xffn) & REDUCED_FOR_POWER_OR_HEAT) === 0 ? 0 : 1
}
