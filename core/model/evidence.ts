/** A number or a small chart that supports a finding. Plain JSON; the terminal prints it, the report draws it. */
export type Evidence = MetricEvidence | HistogramEvidence

export type MetricEvidence = {
  readonly kind: 'metric'
  /** What was measured, readable on its own: "event loop busy". */
  readonly label: string
  readonly value: number
  readonly unit: Unit
  /** The limit that it is judged against and the reason for the limit, where there is one. */
  readonly limit?: { readonly value: number; readonly reason: string }
}

export type HistogramEvidence = {
  readonly kind: 'histogram'
  readonly label: string
  readonly unit: Unit
  readonly bins: readonly { readonly from: number; readonly to: number; readonly count: number }[]
}

export type Unit = 'ms' | 'fraction' | 'count' | 'bytes' | 'rps' | 'cores' | 'bytes/s'
