const LOOK_EVERY_MS = 1000

/** Whether the process that records still runs, as of the last second, and its time is not over; without a `pid`, whether its time is. */
export function recorderWatch(pid: number | null, limitMs: number, nowMs: () => number): () => boolean {
  const beganMs = nowMs()
  let [runs, nextLookMs] = [true, beganMs]
  return () => {
    if (runs && nowMs() >= nextLookMs) {
      runs = nowMs() - beganMs <= limitMs && (pid === null || exists(pid))
      nextLookMs = nowMs() + LOOK_EVERY_MS
    }
    return runs
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process is one all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
