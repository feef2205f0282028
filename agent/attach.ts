// What `record --attach` calls in a process that runs already, through its inspector.
import { attach as attachAgent, type Detach } from './inside/start.js'

let detachAgent: Detach | null = null

/** False where this process is recorded already. */
export function attach(environment: NodeJS.ProcessEnv): boolean {
  const detach = attachAgent(environment)
  if (detach === null) return false
  detachAgent = detach
  return true
}

/** Resolves when everything is on disk; false = not every probe could be taken away again. */
export async function detach(): Promise<boolean> {
  const ending = detachAgent
  detachAgent = null
  return ending === null ? true : await ending()
}
