/** Something that was dropped or could not be captured. Counted, never hidden. */
export type Gap = {
  /** e.g. 'ring-overflow', 'torn-tail', 'names-exhausted', 'sampler:gpu', 'profile', 'service-log'. */
  readonly kind: string
  readonly count: number
  readonly fromMs: number
  readonly toMs: number
  readonly reason: string
}

/** Begins the kind of a gap that means: this sampler had nothing to measure here. */
export const SAMPLER_GAP = 'sampler:'

/** Bytes of the service's own output that `service.log` lacks: no measurement is lost with them. */
export const SERVICE_LOG_GAP = 'service-log'

/** A kept verification that cannot be read: it tells of a measurement apart from this one, which lacks nothing. */
export const VERIFICATION_GAP = 'verification'
