const LOOK_EVERY_MS = 1000

/**
 * Whether the process that records still runs, as of the last second; always true without a `pid`, and where it cannot be seen
 * from the start: from a container, process numbers mean other processes.
 */
export function recorderWatch(pid: number | null, nowMs: () => number): () => boolean {
  if (pid === null || !exists(pid)) return () => true
  let [runs, nextLookMs] = [true, nowMs() + LOOK_EVERY_MS]
  return () => {
    if (runs && nowMs() >= nextLookMs) {
      runs = exists(pid)
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
