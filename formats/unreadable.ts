import { DiagError, isOutOfFiles } from '../core/errors.js'

/** What went wrong, from anything thrown: what an error of ours says, an errno code, or else the first line of the message. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof DiagError) return error.message
  const code = errnoOf(error)
  return ERRNO_TEXT[code ?? ''] ?? code ?? error.message.split('\n', 1)[0]!
}

export function errnoOf(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : null
}

/** The error for a file or folder that the operating system would not let us read. */
export function unreadableFile(path: string, error: unknown): unknown {
  if (error instanceof DiagError || isOutOfFiles(error)) return error
  const hint =
    errnoOf(error) === 'EACCES' || errnoOf(error) === 'EPERM'
      ? 'run as the user who made the recording, or `chmod -R u+rX` it'
      : 'check the path, or record again with `infer-diag record`'
  return new DiagError('unreadable', `cannot read ${path}: ${causeOf(error)}`, hint)
}

const ERRNO_TEXT: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'no such file or directory',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  EROFS: 'the file system is read-only',
}
