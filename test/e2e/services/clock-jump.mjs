/** A wall clock that is set three hours forward two seconds after each process and thread starts. */
import { isMainThread } from 'node:worker_threads'

const JUMP_MS = 3 * 3600 * 1000
const startedMs = performance.now()
const RealDate = Date
const now = () => RealDate.now() + (performance.now() - startedMs < 2000 ? 0 : JUMP_MS)

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now()] : parts))
  }

  static now() {
    return now()
  }
}

// Shows in the service's log, and not in the output of infer-diag, that this was at work.
if (process.env.INFER_DIAG_DIR !== undefined && isMainThread) {
  setTimeout(() => console.log(`the clock is ${Math.round((Date.now() - RealDate.now()) / 3_600_000)} h ahead`), 2100)
}
