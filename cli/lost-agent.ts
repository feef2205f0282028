/** How a Node service that was started may come to run without the agent, and what helps. */
export const LOST_AGENT_HINT =
  'where the script that starts it sets NODE_OPTIONS, let it add to them: "$NODE_OPTIONS ..."'

/** Whether "pid/tid name" is a thread of Node, which may rename it. */
export function isNode(thread: string): boolean {
  return /(?: node|MainThread)$/.test(thread)
}
