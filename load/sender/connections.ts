import { Client } from 'undici'
import { monotonicMs } from '../clock.js'

/**
 * Servers close a connection that idles for longer than they like, Node's after 5 s. One that idled for this long is not used
 * again, so that nobody meets it just then.
 */
const LONGEST_IDLE_MS = 3000

type Free = { readonly client: Client; readonly sinceMs: number }

/**
 * Keep-alive connections, one request at a time on each (no pipelining), used in turn: `keepOpen` of them, more while more requests
 * are under way. Were as many open as are busy, or the last one used first, every peak would begin with new connections, which a busy Node
 * server accepts one in a round of its event loop (docs/decisions/0012-connections-in-turn.md). undici's Pool looks through all its
 * connections for a free one, which at thousands of them costs more than sending.
 */
export class Connections {
  /** How many were opened. */
  opened = 0
  readonly #origin: string
  readonly #options: Client.Options
  readonly #open = new Set<Client>()
  readonly #keepOpen: number
  readonly #growEveryMs: number
  readonly #nowMs: () => number
  /** A queue of two stacks: given back since, and to be used next, the oldest last. */
  #returned: Free[] = []
  #next: Free[] = []
  #grownMs = Number.NEGATIVE_INFINITY

  constructor(
    target: { origin: string; insecure: boolean; timeoutMs: number; keepOpen: number; growEveryMs: number },
    nowMs: () => number = monotonicMs,
  ) {
    this.#nowMs = nowMs
    this.#keepOpen = target.keepOpen
    this.#growEveryMs = target.growEveryMs
    this.#origin = target.origin
    this.#options = {
      pipelining: 1,
      allowH2: false,
      // The sender's own deadline counts from the send and covers all of a request; undici's are about a second coarse.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: target.timeoutMs, rejectUnauthorized: !target.insecure },
    }
  }

  /** The free connection that idles for longest, but not for too long, or a new one. `warmUp`: also a new one while too few are open. */
  take(warmUp: boolean): Client {
    const nowMs = this.#nowMs()
    if (warmUp && this.#open.size < this.#keepOpen && nowMs - this.#grownMs >= this.#growEveryMs) {
      this.#grownMs = nowMs
      return this.#create()
    }
    for (let free = this.#oldest(); free !== undefined; free = this.#oldest()) {
      if (nowMs - free.sinceMs <= LONGEST_IDLE_MS) return free.client
      this.discard(free.client)
    }
    return this.#create()
  }

  /** After a complete response. Where the server closed it meanwhile, the next request opens it again. */
  giveBack(client: Client): void {
    this.#returned.push({ client, sinceMs: this.#nowMs() })
  }

  /** After a failure: whatever state it is in, no other request shall meet it. */
  discard(client: Client): void {
    this.#open.delete(client)
    void client.destroy()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((client) => client.destroy()))
  }

  #oldest(): Free | undefined {
    if (this.#next.length === 0) [this.#next, this.#returned] = [this.#returned.reverse(), this.#next]
    return this.#next.pop()
  }

  #create(): Client {
    const client = new Client(this.#origin, this.#options)
    client.on('connect', () => this.opened++)
    this.#open.add(client)
    return client
  }
}
