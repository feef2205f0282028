import { constants, setPriority } from 'node:os'

/**
 * Asks for this thread to run before others where the system allows it (root, CAP_SYS_NICE): the service under test
 * may keep every core busy, and a late sender would void the run. Only Linux sets the priority of one thread.
 */
export function runFirst(): void {
  if (process.platform !== 'linux') return
  try {
    setPriority(0, constants.priority.PRIORITY_HIGH)
  } catch {
    // Not permitted: the send lag is measured all the same, and says whether it mattered.
  }
}
