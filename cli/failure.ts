import { DiagError } from '../core/errors.js'
import type { ExitName } from './exit-codes.js'
import { Interrupted } from './interruption.js'
import { tooManyFiles } from './open-files.js'
import { ServiceError } from './recording/service.js'
import { printable } from './terminal/layout.js'
import { foldMessage, messageWidth } from './terminal/message.js'

/** Says on stderr what went wrong (`error:` and `hint:`, one line each, folded on a terminal) and which exit code that is. */
export function reportFailure(error: unknown): ExitName {
  const { lines, exit } = describeFailure(error, process.env.INFER_DIAG_DEBUG === '1', messageWidth(process.stderr))
  process.stderr.write(`${lines.join('\n')}\n`)
  return exit
}

/**
 * An error in words, folded at `width` if there is one. A stack is shown only when asked for: it helps us, not the user.
 */
export function describeFailure(
  error: unknown,
  debug: boolean,
  width: number | null = null,
): { lines: readonly string[]; exit: ExitName } {
  const stack = debug && error instanceof Error && error.stack !== undefined ? [error.stack] : []
  if (error instanceof Interrupted) return { lines: [foldMessage(error.message, width), ...stack], exit: 'interrupted' }
  const known = error instanceof DiagError ? error : (tooManyFiles(error) ?? unwritableOutput(error))
  const lastLines = error instanceof ServiceError ? error.lastLines.map((line) => `  | ${printable(line)}`) : []
  const { message, hint } = known ?? unexpected(error, debug)
  const told = [`error: ${message}`, `hint: ${hint}`].map((line) => foldMessage(line, width))
  return { lines: [...lastLines, ...told, ...stack], exit: known?.code ?? 'failed' }
}

function unexpected(error: unknown, debug: boolean): { message: string; hint: string } {
  const message = error instanceof Error ? error.message : String(error)
  return {
    message: `unexpected: ${message.split('\n', 1)[0]}`,
    hint: debug
      ? 'please report this with the stack below'
      : 'run it again with INFER_DIAG_DEBUG=1 and report it with what that prints',
  }
}

const UNWRITABLE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file size limit is reached',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
}

/**
 * A file-system error that means "no room or no right to write here", as an error for the user; null for any other.
 * `output`: what was written, where the error does not say.
 */
export function unwritableOutput(error: unknown, output = 'the recording'): DiagError | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  const reason = UNWRITABLE[String(error.code)]
  if (reason === undefined) return null
  const where = 'path' in error && typeof error.path === 'string' ? error.path : output
  return new DiagError('unwritable', `cannot write ${where}: ${reason}`, 'choose another place with -o, or make room')
}
