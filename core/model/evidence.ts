/** A number or a small chart that supports a finding. Plain JSON; the terminal prints it, the report draws it. */
export type Evidence = MetricEvidence | HistogramEvidence | FunctionsEvidence

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

/** Where CPU time of the event loops went, by the samples of the CPU profile. */
export type FunctionsEvidence = {
  readonly kind: 'functions'
  /** Whose time it is: "deserialize", "code in no stage". */
  readonly label: string
  readonly samples: number
  /** Each at least a tenth of the samples, the largest first. */
  readonly functions: readonly HotFunction[]
}

/** Names and places are the service's: text, never markup. */
export type HotFunction = CodePlace & {
  /**
   * 'function' of the service or a package: with what it calls that is too small to be named itself. 'builtin': what either calls of
   * the runtime. 'other': what no function of them is to blame for, such as the garbage collector.
   */
  readonly kind: 'function' | 'builtin' | 'other'
  /** The code of the service or a package that calls a builtin; the code of the service that enters a package, where it does. */
  readonly calledFrom: CodePlace | null
  /** Of the samples, 0..1. */
  readonly share: number
}

export type CodePlace = {
  /** '' = anonymous. */
  readonly name: string
  /** "lib/normalize.cjs:42", "node_modules/lodash/lodash.js:123", "node:internal/crypto/pbkdf2:66"; '' where there is none. */
  readonly location: string
  /** Of node_modules; null = the service's own or the runtime's. */
  readonly package: string | null
}

export type Unit = 'ms' | 'fraction' | 'count' | 'bytes' | 'rps' | 'cores' | 'bytes/s'

/** "normalize (lib/normalize.cjs:2)", "JSON.parse called from readBody (server.cjs:31)", "the function at server.cjs:10". */
export function functionInWords(one: HotFunction): string {
  const from = one.calledFrom === null ? '' : ` called from ${placeInWords(one.calledFrom)}`
  if (one.kind !== 'builtin' || one.name === '') return `${placeInWords(one)}${from}`
  // Where it is within the runtime says nothing to who calls it.
  return `${one.location.startsWith('node:') ? "Node's " : ''}${one.name}${from}`
}

function placeInWords({ name, location }: CodePlace): string {
  if (name === '') return `the function at ${location}`
  return location === '' ? name : `${name} (${location})`
}
