import type { RecordingMeta } from './recording-meta.js'

/** The process that samples of a thread ("pid/tid name") or of a process ("pid") are of; null where they are of something else. */
export function processOf(instance: string): number | null {
  const pid = /^(\d+)(?:\/|$)/.exec(instance)?.[1]
  return pid === undefined ? null : Number(pid)
}

/** Whether an agent ran in the process of this thread. */
export function hasAgent({ processes }: Pick<RecordingMeta, 'processes'>, thread: string): boolean {
  const process = processOf(thread)
  return processes.some(({ pid }) => pid === process)
}
