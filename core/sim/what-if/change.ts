/** One thing to change about a service, as `--set` names it. */
export type Change =
  | { readonly kind: 'stage'; readonly stage: string; readonly factor: number }
  | { readonly kind: 'stage-time'; readonly stage: string; readonly ms: number }
  | { readonly kind: 'batch-max'; readonly size: number }
  | { readonly kind: 'batch-wait'; readonly ms: number }
  /** Whatever waits goes to the device as soon as that is free, full or not. */
  | { readonly kind: 'batch-release-idle' }
  | { readonly kind: 'workers'; readonly stage: string; readonly count: number }
  | { readonly kind: 'instances'; readonly count: number }
  /** On the same host, as a cluster has them. */
  | { readonly kind: 'processes'; readonly count: number }
  | { readonly kind: 'device-speed'; readonly factor: number }
  /** Of whatever computes on the host's cores. */
  | { readonly kind: 'cpu-speed'; readonly factor: number }
  | { readonly kind: 'load'; readonly factor: number }
  | { readonly kind: 'rate'; readonly rps: number }

/** The grammar, for hints and help. */
export const CHANGE_EXAMPLES = [
  'stage.deserialize=0.1x',
  'stage.deserialize=2ms',
  'batch.max=16',
  'batch.waitMs=5',
  'batch.release=idle',
  'workers.deserialize=4',
  'processes=2',
  'instances=2',
  'device.speed=1.5x',
  'cpu.speed=1.3x',
  'load=1.2x',
  'rate=300',
] as const

/** Those examples that are most like `text`: of the same name, else of the same group, else all. */
export function examplesLike(text: string): readonly string[] {
  const name = text.split('=')[0]!.trim()
  const group = `${name.split('.')[0]}.`
  for (const start of [`${name}=`, group]) {
    const alike = CHANGE_EXAMPLES.filter((example) => example.startsWith(start))
    if (alike.length > 0) return alike
  }
  return CHANGE_EXAMPLES
}

const LARGEST_COUNT = 1024

/** Reads one change of the grammar; null when it is not one. Whether the service has that stage is for `applyChange`. */
export function parseChange(text: string): Change | null {
  const at = text.indexOf('=')
  if (at < 0) return null
  const name = text.slice(0, at).trim()
  const value = text.slice(at + 1).trim()
  const stage = /^(?:stage|workers)\.(.+)$/.exec(name)?.[1]
  const factor = numberBefore(value, 'x')
  if (name.startsWith('stage.') && stage !== undefined) {
    if (factor !== null) return { kind: 'stage', stage, factor }
    const ms = numberBefore(value, 'ms')
    return ms === null ? null : { kind: 'stage-time', stage, ms }
  }
  if (name === 'batch.waitMs') {
    const ms = numberBefore(value, '') ?? numberBefore(value, 'ms')
    return ms === null ? null : { kind: 'batch-wait', ms }
  }
  if (name === 'batch.release') return value === 'idle' ? { kind: 'batch-release-idle' } : null
  if (name === 'device.speed') return positive(factor, (speed) => ({ kind: 'device-speed', factor: speed }))
  if (name === 'cpu.speed') return positive(factor, (speed) => ({ kind: 'cpu-speed', factor: speed }))
  if (name === 'load') return positive(factor, (load) => ({ kind: 'load', factor: load }))
  if (name === 'rate') return positive(numberBefore(value, ''), (rps) => ({ kind: 'rate', rps }))
  const count = /^\d+$/.test(value) ? Number(value) : 0
  if (count < 1 || count > LARGEST_COUNT) return null
  if (name === 'batch.max') return { kind: 'batch-max', size: count }
  if (name === 'instances' || name === 'processes') return { kind: name, count }
  return name.startsWith('workers.') && stage !== undefined ? { kind: 'workers', stage, count } : null
}

function positive(value: number | null, make: (value: number) => Change): Change | null {
  return value === null || value <= 0 ? null : make(value)
}

function numberBefore(text: string, unit: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(text)
  return match !== null && match[2] === unit ? Number(match[1]) : null
}
