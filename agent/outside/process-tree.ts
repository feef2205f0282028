import { readdirSync } from 'node:fs'
import { isGone, ProcFile } from './samplers/proc-file.js'
import { type ProcessStat, parseProcessStat } from './samplers/process-stat.js'

const LOOK_FOR_CHILDREN_MS = 1000
// Without /proc/<pid>/task/<tid>/children every process of the host must be read, so look less often.
const SCAN_WHOLE_HOST_MS = 5000

/** A live process of the tree, as read at the last `update`. */
export type TreeProcess = { readonly pid: number; readonly stat: ProcessStat }

type Known = { readonly pid: number; readonly file: ProcFile; stat: ProcessStat }

/**
 * A process and everything that it started, children of children and orphans included. A process stays known until it
 * ends; its id taken by another process afterwards is not confused with it.
 */
export class ProcessTree {
  readonly #procRoot: string
  readonly #rootPid: number
  readonly #known = new Map<number, Known>()
  #rootSeen = false
  #childrenFiles = true
  #lookAgainMs = Number.NEGATIVE_INFINITY

  constructor(options: { readonly procRoot: string; readonly rootPid: number }) {
    this.#procRoot = options.procRoot
    this.#rootPid = options.rootPid
  }

  /** The root first while it lives. Empty before it appears and after all have ended. */
  get processes(): readonly TreeProcess[] {
    return [...this.#known.values()]
  }

  /** Reads every known process, and about once a second looks for new ones. */
  update(tMs: number): void {
    for (const process of this.#known.values()) this.#refresh(process)
    if (tMs < this.#lookAgainMs) return
    if (!this.#rootSeen) this.#rootSeen = this.#add(this.#rootPid)
    for (const pid of this.#descendants()) this.#add(pid)
    this.#lookAgainMs = tMs + (this.#childrenFiles ? LOOK_FOR_CHILDREN_MS : SCAN_WHOLE_HOST_MS)
  }

  close(): void {
    for (const process of this.#known.values()) process.file.close()
    this.#known.clear()
  }

  #refresh(process: Known): void {
    const stat = readStat(process.file)
    if (stat && stat.startTicks === process.stat.startTicks) process.stat = stat
    else this.#forget(process)
  }

  #forget(process: Known): void {
    process.file.close()
    this.#known.delete(process.pid)
  }

  #add(pid: number): boolean {
    if (this.#known.has(pid)) return true
    const file = new ProcFile(`${this.#procRoot}/${pid}/stat`)
    const stat = readStat(file)
    if (stat) this.#known.set(pid, { pid, file, stat })
    else file.close()
    return stat !== null
  }

  #descendants(): number[] {
    const listed = this.#childrenFiles ? closure(this.#known.keys(), (pid) => this.#childrenOf(pid)) : []
    if (this.#childrenFiles) return listed
    const host = scanHost(this.#procRoot)
    return closure(this.#known.keys(), (parent) => host.filter(({ ppid }) => ppid === parent).map(({ pid }) => pid))
  }

  /** Each thread lists the children that it started. Clears `#childrenFiles` where the kernel does not offer that. */
  #childrenOf(pid: number): number[] {
    const tasks = `${this.#procRoot}/${pid}/task`
    const lists = namesIn(tasks).map((tid) => readOnce(`${tasks}/${tid}/children`))
    if (lists.length > 0 && lists.every((list) => list === null) && this.#known.has(pid)) {
      this.#childrenFiles = namesIn(tasks).length === 0
    }
    return lists.flatMap((list) => (list ?? '').split(' ').filter(Boolean).map(Number))
  }
}

function closure(roots: Iterable<number>, childrenOf: (pid: number) => readonly number[]): number[] {
  const found = new Set(roots)
  for (const pid of found) for (const child of childrenOf(pid)) found.add(child)
  return [...found]
}

function readStat(file: ProcFile): ProcessStat | null {
  const text = file.read()
  const stat = text === null ? null : parseProcessStat(text)
  return stat && !stat.ended ? stat : null
}

function scanHost(procRoot: string): { pid: number; ppid: number }[] {
  return namesIn(procRoot)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = parseProcessStat(readOnce(`${procRoot}/${name}/stat`) ?? '')
      return stat ? [{ pid: Number(name), ppid: stat.ppid }] : []
    })
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

function readOnce(path: string): string | null {
  const file = new ProcFile(path)
  try {
    return file.read()
  } finally {
    file.close()
  }
}
