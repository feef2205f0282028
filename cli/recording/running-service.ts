import { DiagError } from '../../core/errors.js'
import { listenerOf } from './listening-sockets.js'
import type { RequestPlan, ServicePlan } from './plan.js'
import { answered, hostOf, isLoopback, portOf, waitUntilReady } from './readiness.js'
import type { Service } from './service.js'

/** Finds a service that somebody else started. It is watched from outside only, and never stopped. */
export async function attachService(
  plan: ServicePlan & { kind: 'running' },
  request: Pick<RequestPlan, 'url' | 'insecure'>,
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
  if (readiness.kind === 'not-listening') {
    throw new DiagError(
      'service',
      `nothing accepts connections on ${hostOf(url)}:${portOf(url)}`,
      'start the service first, or give its command after --',
    )
  }
  if (readiness.kind === 'not-ready') {
    throw new DiagError('service', `${plan.readyUrl} answered ${readiness.last}, wanted 2xx`, 'check --ready')
  }
  return {
    rootPid: isLoopback(url) ? listenerOf(portOf(url)) : null,
    readiness: answered(plan.readyUrl, readiness.afterMs),
    ended: new Promise(() => {}),
    stop: async () => {},
  }
}
