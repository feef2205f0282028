/** How a Node service that was started may come to run without the agent, and what helps. */
export const LOST_AGENT_HINT =
  'where the script that starts it sets NODE_OPTIONS, let it add to them: "$NODE_OPTIONS ..."'

/** The process of a "pid/tid name" thread if that is one of Node, which may rename it; null otherwise. */
export function nodeProcess(thread: string | undefined): number | null {
  const pid = thread?.match(/^(\d+)\/\d+ (?:.* )?(?:node|MainThread)$/)?.[1]
  return pid === undefined ? null : Number(pid)
}
