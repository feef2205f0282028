import { clip, WIDTH, wrap } from './layout.js'
import { formatCount, formatMs } from './numbers.js'

/** What a recording is doing. */
export type Progress =
  | { readonly phase: 'starting' | 'ready' | 'fitting' | 'stopping' | 'sealing' | 'diagnosing' }
  | { readonly phase: 'listening'; readonly elapsedMs: number; readonly totalMs: number }
  | {
      readonly phase: 'warm-up' | 'measuring' | 'draining'
      readonly elapsedMs: number
      readonly totalMs: number
      /** Answers a second and their p95 over the last moments; null while there are none. */
      readonly throughputRps: number | null
      readonly p95Ms: number | null
      readonly errors: number
    }

const WORDS = {
  starting: 'waiting for the service',
  ready: 'the service is ready',
  fitting: 'fitting the request to this machine',
  'warm-up': 'warming up',
  measuring: 'measuring',
  listening: 'recording what others send',
  draining: 'waiting for the last answers',
  stopping: 'stopping the service',
  sealing: 'sealing the recording',
  diagnosing: 'diagnosing',
} as const satisfies Record<Progress['phase'], string>

/** One line on a terminal that is rewritten in place; silent when the stream is no terminal, and in CI. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #live: boolean
  #shown = false

  constructor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env) {
    this.#stream = stream
    this.#live = stream.isTTY === true && !env.CI && env.TERM !== 'dumb'
  }

  show(progress: Progress): void {
    this.write(describeProgress(progress))
  }

  write(text: string): void {
    if (!this.#live) return
    this.#stream.write(`\r\x1b[K${clip(text, this.#width() - 1)}`)
    this.#shown = true
  }

  /** A line that stays. */
  log(line: string): void {
    if (!this.#live) return
    this.clear()
    this.#stream.write(`${wrap(line, this.#width(), '  ')}\n`)
  }

  /** A line that stays, where nobody watches too: what explains how it went, or how long it takes. */
  note(line: string): void {
    this.clear()
    this.#stream.write(`${this.#live ? wrap(line, this.#width(), '  ') : line}\n`)
  }

  #width(): number {
    return Math.min(this.#stream.columns || WIDTH, WIDTH)
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K')
    this.#shown = false
  }
}

export function describeProgress(progress: Progress): string {
  const words = WORDS[progress.phase]
  if (!('elapsedMs' in progress)) return `${words} ...`
  const of = progress.phase === 'draining' ? '' : ` of ${Math.round(progress.totalMs / 1000)}`
  const parts = [`${words} ${Math.floor(progress.elapsedMs / 1000)}${of} s`]
  if (progress.phase === 'listening') return parts.join('')
  if (progress.throughputRps !== null) parts.push(`${formatCount(progress.throughputRps)} requests/s`)
  if (progress.p95Ms !== null) parts.push(`p95 ${formatMs(progress.p95Ms)}`)
  parts.push(`${formatCount(progress.errors)} errors`)
  return parts.join('   ')
}
