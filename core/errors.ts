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
