/** What the report draws, computed from facts by core/charts: plain JSON, already reduced to what a screen can show. */
export type Charts = {
  readonly stackedBars: Chart<StackedBars>
  readonly requestFlames: Chart<RequestFlames>
  readonly flameGraph: Chart<FlameGraph>
  readonly timeline: Chart<Timeline>
  readonly latency: Chart<LatencyHistogram>
  readonly batching: Chart<Batching>
}

/** A chart, or the reason why there is none. */
export type Chart<T> =
  | { readonly available: true; readonly chart: T }
  | { readonly available: false; readonly reason: string }

/** The bar at a percentile shows the mean stage times of the requests near that end-to-end percentile: parts sum to it. */
export type StackedBars = {
  /** Stage ids in drawing order (canonical order, then the service's own, then derived). */
  readonly stages: readonly string[]
  readonly bars: readonly StackedBar[]
  readonly slaMs: number | null
}

export type StackedBar = {
  readonly label: string
  readonly percentile: number
  readonly totalMs: number
  /** How many requests near the percentile the means are taken over. */
  readonly requests: number
  readonly parts: readonly { readonly stage: string; readonly ms: number }[]
}

export type RequestFlames = { readonly requests: readonly RequestFlame[] }

/** One real request in time order. Times are ms since the client's scheduled send (or server start without a client). */
export type RequestFlame = {
  readonly label: string
  readonly totalMs: number
  /** When it began, in recording time. */
  readonly atMs: number
  readonly status: number
  readonly frames: readonly RequestFrame[]
  readonly batch: {
    readonly size: number
    readonly capacity: number | null
    readonly reason: string
    readonly openedMs: number
    readonly startedMs: number
    readonly endedMs: number
    /** When each request of the batch (this one included) was enqueued. */
    readonly mates: readonly { readonly enqueuedMs: number; readonly self: boolean }[]
  } | null
  /** What the event loop did meanwhile: this request's own work, other requests' work, other busy time; gaps are idle. */
  readonly loop: readonly {
    readonly fromMs: number
    readonly toMs: number
    readonly owner: 'self' | 'other' | 'unknown'
    readonly label: string
    /** The synchronous stage that ran; null = work between stages. */
    readonly stage: string | null
  }[]
}

export type RequestFrame = {
  readonly stage: string
  readonly startMs: number
  readonly endMs: number
  /** 0 = the request itself. */
  readonly depth: number
  readonly kind: 'work' | 'wait' | 'container'
  readonly thread: string
  readonly bytes: number | null
}

/** A left-heavy merged call tree of every profile window. */
export type FlameGraph = {
  readonly root: FlameNode
  readonly sampledMs: number
  readonly windows: number
  readonly intervalUs: number
  /** Time in nodes too small to keep (in ms), so that totals stay honest. */
  readonly prunedMs: number
  /** Sampled time outside JavaScript functions that is counted but not drawn: idle, native code. */
  readonly excluded: readonly { readonly name: string; readonly ms: number }[]
  /** What infer-diag took itself, in one node below the root: its functions are not among the callers of others. */
  readonly agentMs: number
}

export type FlameNode = {
  readonly name: string
  /** "path/file.js:12", '' for natives. */
  readonly location: string
  /** The stage that was running for most of this node's samples; null = outside every stage. */
  readonly stage: string | null
  readonly selfMs: number
  readonly totalMs: number
  readonly children: readonly FlameNode[]
}

/** Two flame graphs laid over each other. */
export type FlameDifference = { readonly root: FlameDifferenceNode }

/** A call path in either recording. Times are ms of CPU a second of sampling; 0 = the path did not occur. */
export type FlameDifferenceNode = {
  readonly name: string
  /** As in `FlameNode`; the line is that of one of the recordings. */
  readonly location: string
  /** Before and after together: the width of the box, so that what vanished and what is new are both to be seen. */
  readonly totalMs: number
  readonly beforeMs: number
  readonly afterMs: number
  readonly selfBeforeMs: number
  readonly selfAfterMs: number
  /** Whether the difference of the totals is more than chance among the samples. */
  readonly sure: boolean
  readonly children: readonly FlameDifferenceNode[]
}

export type Timeline = {
  readonly fromMs: number
  readonly toMs: number
  /** Width of one point's interval. */
  readonly stepMs: number
  readonly tracks: readonly TimelineTrack[]
  readonly phases: readonly { readonly fromMs: number; readonly toMs: number; readonly label: string }[]
}

export type TimelineTrack = {
  readonly id: string
  readonly label: string
  readonly unit: string
  readonly simulated: boolean
  /** A horizontal reference, such as the SLA or the batch capacity. */
  readonly reference: { readonly value: number; readonly label: string } | null
  readonly series: readonly { readonly label: string; readonly values: readonly (number | null)[] }[]
}

export type LatencyHistogram = {
  readonly bins: readonly { readonly fromMs: number; readonly toMs: number; readonly count: number }[]
  readonly marks: readonly { readonly label: string; readonly ms: number }[]
  readonly slaMs: number | null
}

export type Batching = {
  readonly capacity: number | null
  readonly sizes: readonly { readonly size: number; readonly count: number }[]
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
  readonly serviceTimes: readonly {
    readonly size: number
    readonly count: number
    readonly p50Ms: number
    readonly p95Ms: number
  }[]
  /** service_time(b) = overheadMs + perItemMs * b, least squares; null with fewer than two sizes. */
  readonly fit: { readonly overheadMs: number; readonly perItemMs: number; readonly r2: number } | null
}

/** Lines over one axis of numbers: what a plan says at each load, setting or second. */
export type LineChart = {
  readonly x: { readonly label: string; readonly unit: string }
  readonly y: { readonly label: string; readonly unit: string }
  readonly series: readonly { readonly label: string; readonly points: readonly LinePoint[] }[]
  /** A horizontal reference, such as the SLA. */
  readonly limit: { readonly label: string; readonly value: number } | null
}

/** `y` is null where there is no value: an unstable load has no p95. */
export type LinePoint = { readonly x: number; readonly y: number | null }

/** What `plan -o` draws. */
export type PlanPage = {
  readonly title: string
  readonly verdict: string
  /** The arithmetic and the question, a line each. */
  readonly lines: readonly string[]
  readonly charts: readonly {
    readonly id: string
    readonly title: string
    readonly howToRead: string
    readonly chart: LineChart
  }[]
  readonly warnings: readonly string[]
  readonly tool: { readonly name: string; readonly version: string }
}
