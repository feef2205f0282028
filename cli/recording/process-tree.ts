import { readdirSync, readFileSync } from 'node:fs'

/** A process as /proc/<pid>/stat shows it. */
export type ProcessEntry = { readonly pid: number; readonly ppid: number; readonly group: number }

/**
 * Every live process that belongs to a service: `root`, what descends from it, its process group, and whatever
 * carries `mark` ("NAME=value") in its environment, which also finds children that changed group or lost their
 * parent. Reads /proc (Linux); elsewhere only `root`, and only when it is alive.
 */
export function livingProcesses(root: number, mark: string): ProcessEntry[] {
  const entries = processEntries()
  if (entries === null) return isAlive(root) ? [{ pid: root, ppid: process.pid, group: root }] : []
  const descendants = new Set(descendantsOf(root, entries))
  return entries.filter(
    ({ pid, group }) => pid !== process.pid && (group === root || descendants.has(pid) || carries(pid, mark)),
  )
}

/** `root` and what descends from it, of the processes that are alive. */
export function processTree(root: number): number[] {
  const entries = processEntries()
  return entries === null ? [root] : descendantsOf(root, entries)
}

function descendantsOf(root: number, entries: readonly ProcessEntry[]): number[] {
  const children = new Map<number, ProcessEntry[]>()
  for (const entry of entries) children.set(entry.ppid, [...(children.get(entry.ppid) ?? []), entry])
  const found = entries.filter(({ pid }) => pid === root).map(({ pid }) => pid)
  for (let at = 0; at < found.length; at += 1) {
    for (const { pid } of children.get(found[at]!) ?? []) found.push(pid)
  }
  return found
}

/** All processes but zombies; null where there is no /proc. */
function processEntries(): ProcessEntry[] | null {
  let names: string[]
  try {
    names = readdirSync('/proc')
  } catch {
    return null
  }
  return names.flatMap((name) => (/^\d+$/.test(name) ? (readEntry(Number(name)) ?? []) : []))
}

function readEntry(pid: number): ProcessEntry | null {
  try {
    // "pid (name) state ppid pgrp ...": the name may hold spaces and parentheses, so fields count from the last ')'.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, ppid, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? null : { pid, ppid: Number(ppid), group: Number(group) }
  } catch {
    return null
  }
}

function carries(pid: number, mark: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${mark}\0`)
  } catch {
    return false
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
