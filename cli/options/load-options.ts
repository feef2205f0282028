import type { RecordOptions } from './record-options.js'

/** As commander hands them over: text, still to be checked. */
export type LoadCommandOptions = Omit<RecordOptions, 'url' | 'rate'> & {
  readonly rate?: string
  readonly peak?: string
  readonly from?: string
  readonly to: string
  readonly precision: string
  readonly steps?: string
  readonly spike?: string
  readonly soak?: string
  readonly concurrency?: string
}
