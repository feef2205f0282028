import { DiagError } from '../../core/errors.js'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
}

/** A file that an option names and that cannot be read, as a usage error. */
export function unreadableInput(option: string, file: string, error: unknown, hint: string): DiagError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  return new DiagError('usage', `cannot read ${option} ${file}: ${REASONS[code] ?? code}`, hint)
}
