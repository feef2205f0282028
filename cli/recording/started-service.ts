import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DiagError } from '../../core/errors.js'
import { agentEnvironment, DIRECTORY_VARIABLE } from './agent-environment.js'
import { listenerOf, portsOf } from './listening-sockets.js'
import { journalLogGap } from './log-gap.js'
import type { RecordPlan, ServicePlan } from './plan.js'
import {
  acceptsConnections,
  answered,
  hostOf,
  isLoopback,
  neverReady,
  portOf,
  type Readiness,
  waitUntilReady,
} from './readiness.js'
import { type Service, ServiceError } from './service.js'
import { type ServiceExit, ServiceProcess } from './service-process.js'

const SERVICE_LOG = 'service.log'
const LINES_SHOWN = 10
/** How often to look whether a service whose starter is gone still lives. */
const SURVIVOR_POLL_MS = 500

/** Starts the service under the agent and waits until it is ready. Throws a `service` error, with nothing left behind. */
export async function startService(
  plan: ServicePlan & { kind: 'start' },
  { directory, request }: Pick<RecordPlan, 'directory' | 'request'>,
  signal: AbortSignal,
): Promise<Service> {
  // What answers requests may be a proxy that already stands in front; what says that it is ready is the service.
  const own = plan.readyUrl ?? request.url
  if (isLoopback(own) && (await acceptsConnections(own))) throw portInUse(own)
  const logFile = join(directory, SERVICE_LOG)
  const child = await ServiceProcess.start({
    command: plan.command,
    env: { ...agentEnvironment(process.env, directory, plan.profile), ...plan.env },
    mark: `${DIRECTORY_VARIABLE}=${directory}`,
    logFile,
  })
  try {
    const ended = endOf(child)
    const readiness = await Promise.race([
      waitUntilReady(request, plan.readyUrl, plan.readyTimeoutMs, signal),
      ended.then((exit) => ({ kind: 'ended', exit }) as const),
    ])
    if (readiness.kind === 'ended') throw endedError(readiness.exit, 'before it was ready', child, logFile)
    if (readiness.kind !== 'ready') throw notReady(readiness, plan, request.url, child, logFile)
    return {
      rootPid: child.pid,
      readiness: answered(plan.readyUrl, readiness.afterMs),
      ended: ended.then((exit) => endedError(exit, 'under load', child, logFile)),
      stop: async (stopSignal) => {
        await child.stop(stopSignal)
        if (child.logCutBytes > 0) journalLogGap(directory, child.logCutBytes)
      },
    }
  } catch (error) {
    await child.stop('SIGTERM')
    throw error
  }
}

/** Resolves when the command has ended and, where it ended well (a script that starts a daemon), its children too. */
async function endOf(child: ServiceProcess): Promise<ServiceExit> {
  const exit = await child.exited
  while (exit.code === 0 && child.pids().length > 0) await sleep(SURVIVOR_POLL_MS, undefined, { ref: false })
  return exit
}

function portInUse(url: URL): DiagError {
  const pid = listenerOf(portOf(url))
  const holder = pid === null ? '' : ` by process ${pid}`
  return new DiagError(
    'service',
    `port ${portOf(url)} is already in use${holder}`,
    'stop that process, or drop the command after -- to record it as it runs',
  )
}

function endedError(exit: ServiceExit, when: string, child: ServiceProcess, logFile: string): ServiceError {
  const how = exit.signal === null ? `ended with exit code ${exit.code}` : `was ended by ${exit.signal}`
  const lines = child.tail(LINES_SHOWN)
  const where =
    lines.length === 0
      ? 'it wrote no output: run the command on its own to see why'
      : `its last lines are above, all of them in ${relative('.', logFile)}`
  const hint =
    exit.code === 0 ? `run it in the foreground, or start it first and drop the command after --; ${where}` : where
  return new ServiceError(`the service ${how} ${when}`, hint, lines)
}

function notReady(
  readiness: Exclude<Readiness, { kind: 'ready' }>,
  plan: ServicePlan & { kind: 'start' },
  url: URL,
  child: ServiceProcess,
  logFile: string,
): ServiceError {
  const limit = `within ${plan.readyTimeoutMs / 1000} s`
  const lines = child.tail(LINES_SHOWN)
  if (readiness.kind === 'not-ready') {
    return new ServiceError(
      neverReady(plan, readiness.last),
      `raise --ready-timeout, or look into ${relative('.', logFile)}`,
      lines,
    )
  }
  const ports = portsOf(child.pids())
  const hint =
    ports.length > 0
      ? `it listens on port ${ports.join(', ')}: correct the URL or the service's port`
      : `raise --ready-timeout, or look into ${relative('.', logFile)}`
  return new ServiceError(`the service did not listen on ${hostOf(url)}:${portOf(url)} ${limit}`, hint, lines)
}
