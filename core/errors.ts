/** Why a command ended without its result. The CLI maps each code to an exit code; nothing else does. */
export type DiagErrorCode = 'usage' | 'unreadable' | 'unwritable' | 'service' | 'void' | 'missed'

/** An error that a user can act on: a lower-case fact with got against wanted, and a hint that is an action. */
export class DiagError extends Error {
  readonly code: DiagErrorCode
  readonly hint: string

  constructor(code: DiagErrorCode, message: string, hint: string) {
    super(message)
    this.name = 'DiagError'
    this.code = code
    this.hint = hint
  }
}

/**
 * Whether it says that this process, or this machine, may open no more files. That is no fault of the file that was to be opened:
 * such an error goes up as it is. A thread that cannot begin for that reason says so in its message alone.
 */
export function isOutOfFiles(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  if (error.code === 'ERR_WORKER_INIT_FAILED') return /\bE[MN]FILE\b/.test(error.message)
  return error.code === 'EMFILE' || error.code === 'ENFILE'
}
