/** Thrown when the user interrupted before there was a result. `what`: what there is instead, if that is to be said. */
export class Interrupted extends Error {
  constructor(what?: string) {
    super(what === undefined ? 'interrupted' : `interrupted ${what}`)
    this.name = 'Interrupted'
  }
}

/**
 * What SIGINT, SIGTERM, SIGHUP and SIGQUIT mean while something is recorded: the first asks to stop early and keep what there is,
 * the second to give up at once.
 */
export class Interruption {
  readonly #controller = new AbortController()
  readonly #onGiveUp: () => void
  readonly #listener = (signal: NodeJS.Signals): void => this.#receive(signal)
  #received: NodeJS.Signals | null = null

  constructor(onGiveUp: () => void) {
    this.#onGiveUp = onGiveUp
    for (const signal of SIGNALS) process.on(signal, this.#listener)
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Which signal came first; null while none did. */
  get received(): NodeJS.Signals | null {
    return this.#received
  }

  dispose(): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener)
  }

  #receive(signal: NodeJS.Signals): void {
    if (this.#received !== null) {
      this.#onGiveUp()
      return
    }
    this.#received = signal
    this.#controller.abort(new Interrupted())
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const
