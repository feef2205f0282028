/** As commander hands them over: text, still to be checked. */
export type RecordOptions = {
  readonly url?: string
  readonly method?: string
  readonly header?: readonly string[]
  readonly body?: string
  readonly insecure?: boolean
  readonly rate: string
  /** Bring the agent into a service that runs already. */
  readonly attach?: boolean
  /** False: nothing is sent. */
  readonly load: boolean
  readonly peak?: string
  readonly arrivals: string
  readonly duration: string
  readonly warmup: string
  readonly timeout: string
  readonly seed: string
  readonly sla?: string
  readonly check?: boolean
  readonly ready?: string
  readonly readyTimeout: string
  readonly profile: boolean
  readonly output?: string
  readonly force?: boolean
  readonly report: boolean
  readonly json?: boolean
}
