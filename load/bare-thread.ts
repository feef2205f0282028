import { Worker } from 'node:worker_threads'
import { threadUrl } from './thread-url.js'

/**
 * Starts a thread of the load generator from its file in this folder. Preloads in NODE_OPTIONS are for the service: an
 * instrumentation that is loaded here as well would change what is sent.
 */
export function bareThread(file: string, name: string, workerData: unknown): Worker {
  const { NODE_OPTIONS: _, ...env } = process.env
  return new Worker(threadUrl(file), { name, workerData, env, execArgv: [] })
}
