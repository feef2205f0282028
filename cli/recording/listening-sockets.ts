import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

// Column values of /proc/net/tcp: https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
const LISTEN = '0A'

/** The process that listens on a local TCP port; null when nobody does, or where there is no /proc (only Linux has). */
export function listenerOf(port: number): number | null {
  const inodes = new Set(listeningSockets().flatMap((socket) => (socket.port === port ? [socket.inode] : [])))
  if (inodes.size === 0) return null
  return numericEntries('/proc').find((pid) => socketInodes(pid).some((inode) => inodes.has(inode))) ?? null
}

/** The TCP ports that any of the processes listens on, ascending. */
export function portsOf(pids: readonly number[]): number[] {
  const inodes = new Set(pids.flatMap(socketInodes))
  const ports = listeningSockets().flatMap(({ port, inode }) => (inodes.has(inode) ? [port] : []))
  return [...new Set(ports)].sort((a, b) => a - b)
}

function listeningSockets(): { readonly port: number; readonly inode: string }[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readLines(table).flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      return state === LISTEN ? [{ port: Number.parseInt(local.split(':')[1] ?? '', 16), inode }] : []
    }),
  )
}

/** Inodes of the sockets that a process holds open; none when its descriptors may not be read. */
function socketInodes(pid: number): string[] {
  return numericEntries(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? []
    } catch {
      return []
    }
  })
}

function numericEntries(directory: string): number[] {
  try {
    return readdirSync(directory).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
  } catch {
    return []
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'latin1').split('\n').slice(1)
  } catch {
    return []
  }
}
