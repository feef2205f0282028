import type { DiagErrorCode } from '../core/errors.js'

/** The one table of exit codes. `infer-diag --help` prints it; scripts may rely on it. */
export const EXIT_CODES = {
  done: { code: 0, meaning: 'done' },
  failed: { code: 1, meaning: 'unexpected error: a fault of infer-diag itself' },
  usage: { code: 2, meaning: 'wrong options or arguments' },
  unreadable: { code: 3, meaning: 'the recording cannot be read' },
  service: { code: 4, meaning: 'the service did not start, or died' },
  void: { code: 5, meaning: 'the measurement is void: nothing may be concluded from it' },
  unwritable: { code: 6, meaning: 'cannot write the output (disk full, no permission, too many open files)' },
  missed: { code: 9, meaning: 'the SLA is missed, or the service got worse, where asked to check it' },
  interrupted: { code: 130, meaning: 'interrupted before there was a result, or twice' },
} as const satisfies Record<DiagErrorCode | 'done' | 'failed' | 'interrupted', { code: number; meaning: string }>

export type ExitName = keyof typeof EXIT_CODES

/** The table as `--help` shows it. */
export function describeExitCodes(): string {
  const rows = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
  return `Exit codes:\n${rows.join('\n')}`
}

/** Ends the process: the only place that does. */
export function exitWith(name: ExitName): never {
  process.exit(EXIT_CODES[name].code)
}
