import { DiagError, isOutOfFiles } from '../core/errors.js'

/** What to do where this process may not open one more file. */
export function openFilesHint(): string {
  const limit = openFilesLimit()
  return `raise ulimit -n${limit === null ? '' : `, which is ${limit}`}, where infer-diag or its container is started`
}

/** An error for the user where no more files may be open; null for any other error. */
export function tooManyFiles(error: unknown): DiagError | null {
  if (!isOutOfFiles(error)) return null
  const isMachine = error instanceof Error && error.message.includes('ENFILE')
  if (!isMachine) return new DiagError('unwritable', 'too many open files', openFilesHint())
  return new DiagError('unwritable', 'too many open files on this machine', 'end what holds them, or raise its limit')
}

/** Asked of Node, as /proc/self/limits cannot be opened any more by then. Null where it is not known or not limited. */
function openFilesLimit(): number | null {
  // The names of all connected hosts would be looked up.
  Object.assign(process.report, { excludeNetwork: true })
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }
  const limit = userLimits?.open_files?.soft
  return typeof limit === 'number' ? limit : null
}
