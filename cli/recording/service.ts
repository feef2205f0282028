import { DiagError } from '../../core/errors.js'

/** A service that is ready for load. */
export type Service = {
  /** Root of the process tree to sample; null when it does not run on this host, or cannot be found here. */
  readonly rootPid: number | null
  /** The readiness URL that answered 2xx, and after how long; null when none was asked. */
  readonly readiness: { readonly url: string; readonly afterMs: number } | null
  /** Resolves with the reason when the service ends although nobody stopped it; else never. */
  readonly ended: Promise<DiagError>
  /** Ends what we started: politely with `signal` first. A service that ran before us keeps running. */
  stop(signal: NodeJS.Signals): Promise<void>
}

/** A `service` error that carries the last lines of the service's own output. */
export class ServiceError extends DiagError {
  readonly lastLines: readonly string[]

  constructor(message: string, hint: string, lastLines: readonly string[]) {
    super('service', message, hint)
    this.name = 'ServiceError'
    this.lastLines = lastLines
  }
}
