import { lookup } from 'node:dns/promises'
import { DiagError } from '../../core/errors.js'
import { attachAgent } from './attached-agent.js'
import { listenerOf } from './listening-sockets.js'
import type { RecordPlan, RequestPlan, ServicePlan } from './plan.js'
import { answered, hostOf, isLoopback, neverReady, portOf, waitUntilReady } from './readiness.js'
import type { Service } from './service.js'

/** Finds a service that somebody else started, and never stops it. Where planned, an agent goes in and out again. */
export async function attachService(
  plan: ServicePlan & { kind: 'running' },
  { directory, request }: Pick<RecordPlan, 'directory'> & { readonly request: Pick<RequestPlan, 'url' | 'insecure'> },
  signal: AbortSignal,
): Promise<Service> {
  const { url } = request
  // Without a readiness URL there is nothing to wait for: it runs, or the user forgot the command.
  const readiness = await waitUntilReady(
    request,
    plan.readyUrl,
    plan.readyUrl === null ? 0 : plan.readyTimeoutMs,
    signal,
  )
  if (readiness.kind === 'not-listening') throw await notListening(url)
  if (readiness.kind === 'not-ready') {
    throw new DiagError(
      'service',
      neverReady(plan, readiness.last),
      'check the URL of --ready, or raise --ready-timeout',
    )
  }
  const rootPid = isLoopback(url) ? listenerOf(portOf(url)) : null
  const found = { rootPid, readiness: answered(plan.readyUrl, readiness.afterMs) }
  if (plan.attach === null) return { ...found, ended: new Promise(() => {}), stop: async () => {} }
  if (rootPid === null) {
    const fact = `the process behind ${hostOf(url)}:${portOf(url)} was not found, so that nothing can be attached to it`
    throw new DiagError('service', fact, 'run infer-diag on its host (Linux), as its user')
  }
  const agent = await attachAgent(rootPid, directory, plan.attach.profile, [portOf(url)], plan.attach.longestMs)
  return {
    ...found,
    ended: agent.ended.then(
      () => new DiagError('service', `process ${rootPid} ended under load`, 'see its own output'),
    ),
    stop: () => agent.detach(),
  }
}

async function notListening(url: URL): Promise<DiagError> {
  const host = hostOf(url)
  const isKnown = await lookup(host).then(
    () => true,
    () => false,
  )
  if (!isKnown) return new DiagError('service', `no address is known for the host ${host}`, 'check the URL')
  const fact = `nothing accepts connections on ${host}:${portOf(url)}`
  return new DiagError('service', fact, 'start the service first, or give its command after --')
}
