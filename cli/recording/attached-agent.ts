import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DiagError } from '../../core/errors.js'
import { SAMPLER_GAP } from '../../core/model/gap.js'
import { registerPath } from '../tool.js'
import { agentVariables, type ProfileStart } from './agent-environment.js'
import { journalGap } from './journal-gap.js'
import { NodeInspector, takesInspector } from './node-inspector.js'
import { isAlive, processTree } from './process-tree.js'

const LOOK_EVERY_MS = 500
/** An agent that nobody takes out leaves by itself so long after it should have been: we were killed, where it cannot see that. */
const SPARE_MS = 60_000

/** An agent in processes that ran before us. */
export type AttachedAgent = {
  /** Resolves when the process that listens has ended. */
  readonly ended: Promise<void>
  /** Takes the agent out again, once it has written what there is. */
  detach(): Promise<void>
}

/**
 * Brings the agent into a Node process that runs already, and into the Node processes that it started (a cluster's workers), one
 * after the other: they may share a debugging port. `busyPorts`: what they serve. `longestMs`: how long they are to be recorded.
 * Throws a `service` error when the process is not Node, is recorded already, is too old, or does not let its inspector be opened; of
 * what it started, such ones are left out.
 */
export async function attachAgent(
  pid: number,
  directory: string,
  profile: ProfileStart,
  busyPorts: readonly number[],
  longestMs: number,
): Promise<AttachedAgent> {
  if (!takesInspector(pid)) {
    const fact = `cannot attach to process ${pid}: it is not Node, does not take SIGUSR1, or belongs to somebody else`
    throw new DiagError('service', fact, 'drop --attach to record it from outside, or run infer-diag as its user')
  }
  const variables = { ...agentVariables(directory, profile), INFER_DIAG_LIMIT_MS: String(longestMs + SPARE_MS) }
  await attachTo(pid, variables, busyPorts)
  const attached = [pid]
  for (const child of processTree(pid).filter((one) => one !== pid && takesInspector(one))) {
    await attachTo(child, variables, busyPorts).then(() => attached.push(child), ignore)
  }
  journalGap(directory, 'attach', {
    kind: `${SAMPLER_GAP}threads`,
    reason: 'worker threads that ran before the agent came are seen from outside only',
    count: 1,
  })
  return {
    ended: endOf(pid),
    async detach() {
      for (const one of attached) {
        // A process that ended meanwhile has nothing to be taken out of.
        await withInspector(one, busyPorts, (inspector) => inspector.evaluate(call('detach'))).catch(ignore)
      }
    },
  }
}

async function attachTo(
  pid: number,
  variables: Readonly<Record<string, string>>,
  busyPorts: readonly number[],
): Promise<void> {
  const refuse = (why: string) =>
    new DiagError('service', `cannot attach to process ${pid}: ${why}`, 'start the service under record instead')
  await withInspector(pid, busyPorts, async (inspector) => {
    if ((await inspector.evaluate('process.pid')) !== pid) throw refuse('another process has the inspector')
    const isAttached = await inspector.evaluate(call('attach', variables)).catch((error) => {
      throw refuse(error instanceof Error ? error.message : String(error))
    })
    if (isAttached !== true) throw refuse('it is recorded already, or was and kept a part of the agent')
  })
}

const ignore = () => {}

/** Only for as long as `use` takes: a process that exits waits for its debugger to go. */
async function withInspector(
  pid: number,
  busyPorts: readonly number[],
  use: (inspector: NodeInspector) => Promise<unknown>,
): Promise<void> {
  const inspector = await NodeInspector.open(pid, busyPorts)
  try {
    await use(inspector)
  } finally {
    // It closes once we are gone: it waits for the sessions that are open.
    if (inspector.opened) await inspector.evaluate(CLOSE_SOON).catch(() => {})
    await inspector.close()
  }
}

async function endOf(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(LOOK_EVERY_MS, undefined, { ref: false })
}

const CLOSE_SOON = "void setTimeout(() => process.getBuiltinModule('node:inspector').close(), 100)"

/** Node 20.19 and 22.12 or newer: `require` of an ES module, in a process whose module loader is not ours. */
function call(name: 'attach' | 'detach', argument?: object): string {
  const entry = JSON.stringify(join(dirname(registerPath()), 'attach.js'))
  const require = `process.getBuiltinModule('node:module').createRequire(${entry})`
  return `${require}(${entry}).${name}(${argument === undefined ? '' : JSON.stringify(argument)})`
}
