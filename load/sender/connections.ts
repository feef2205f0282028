import { Client } from 'undici'

/**
 * Keep-alive connections, as many as there are requests under way, one request at a time on each (no pipelining).
 * undici's Pool looks through all its connections for a free one, which at thousands of them costs more than sending;
 * here the free ones are a stack.
 */
export class Connections {
  /** How many were opened. */
  opened = 0
  readonly #origin: string
  readonly #options: Client.Options
  readonly #open = new Set<Client>()
  readonly #free: Client[] = []

  constructor(target: { origin: string; insecure: boolean; timeoutMs: number }) {
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

  /** The free connection that was used last, or a new one. */
  take(): Client {
    return this.#free.pop() ?? this.#create()
  }

  /** After a complete response. Where the server closed it meanwhile, the next request opens it again. */
  giveBack(client: Client): void {
    this.#free.push(client)
  }

  /** After a failure: whatever state it is in, no other request shall meet it. */
  discard(client: Client): void {
    this.#open.delete(client)
    void client.destroy()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((client) => client.destroy()))
  }

  #create(): Client {
    const client = new Client(this.#origin, this.#options)
    client.on('connect', () => this.opened++)
    this.#open.add(client)
    return client
  }
}
