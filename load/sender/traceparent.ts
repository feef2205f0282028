/**
 * W3C Trace Context identities: https://www.w3.org/TR/trace-context/#traceparent-header
 * The parent id joins the client's record of a request with the server's.
 */
export type Identity = {
  readonly parentIdHigh: number
  readonly parentIdLow: number
  readonly traceparent: string
}

/** 64 random bits that tell the requests of one run from those of every other. */
export type RunKey = { readonly high: number; readonly low: number }

/**
 * The identity of request `number` (u32) of a run: the trace id is the run's key and the number, the parent id the
 * run's key and the scrambled number. Unique within a run, because the scramble is a bijection; never all zero.
 * `sampled` is set, as the recording does hold the request.
 */
export function identify(run: RunKey, number: number): Identity {
  const parentIdHigh = (run.high | 0x8000_0000) >>> 0
  const parentIdLow = scrambled(number ^ run.low)
  const traceId = hex(run.high) + hex(run.low) + hex(scrambled(number)) + hex(number)
  return { parentIdHigh, parentIdLow, traceparent: `00-${traceId}-${hex(parentIdHigh)}${hex(parentIdLow)}-01` }
}

/** Trace ids and parent ids of consecutive requests should look random: samplers take bits of them. lowbias32. */
function scrambled(value: number): number {
  let bits = value >>> 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d)
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b)
  return (bits ^ (bits >>> 16)) >>> 0
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0')
}
