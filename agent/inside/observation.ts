import type { Recorder } from './recorder.js'
import type { Tickets } from './tickets.js'

/** What the probes of one thread share. */
export type Observation = {
  readonly recorder: Recorder
  readonly tickets: Tickets
  readonly threadName: string
  /** JSON texts shorter than this many bytes are not recorded. */
  readonly jsonFloorBytes: number
  /** Requests begun and neither answered nor aborted on this thread. */
  inFlight: number
  /** Set once this thread has served a request. */
  serves: boolean
  /** Whether nothing is written any more. */
  readonly ended: () => boolean
  /** Takes every probe of this thread away again. */
  readonly end: () => void
}

/** Takes a probe away again; false where that is no longer possible, because somebody else builds upon it. */
export type Undo = () => boolean

/** Something that watches the service without a change to its code. */
export type Probe = (observation: Observation) => Undo
