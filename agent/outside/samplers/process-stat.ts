/** The fields of /proc/<pid>/stat that are used; also /proc/<pid>/task/<tid>/stat, for one thread. */
export type ProcessStat = {
  readonly name: string
  readonly ppid: number
  /** A zombie or dead: it has no memory and runs no more. */
  readonly ended: boolean
  /** User and system time of all threads, those that ended included. */
  readonly cpuTicks: number
  readonly threads: number
  /** Since boot. Tells a process from a later one under the same id. */
  readonly startTicks: number
  readonly rssPages: number
}

/**
 * proc_pid_stat(5). The name stands in parentheses and may itself contain spaces and parentheses. Returns null for
 * text that is not such a line.
 */
export function parseProcessStat(text: string): ProcessStat | null {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return null
  // Field 3 of the manual page, the state, is the first after the name.
  const fields = text.slice(close + 2).split(' ')
  const field = (number: number) => Number(fields[number - 3])
  const stat = {
    name: text.slice(open + 1, close),
    ppid: field(4),
    ended: 'ZXx'.includes(fields[0]),
    cpuTicks: field(14) + field(15),
    threads: field(20),
    startTicks: field(22),
    rssPages: field(24),
  }
  return Number.isFinite(stat.cpuTicks + stat.startTicks + stat.rssPages) ? stat : null
}
