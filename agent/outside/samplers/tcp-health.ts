import { Counters } from './counter.js'
import { netFile } from './net-file.js'
import { NEEDS_PROC, type Sampler } from './sampler.js'

/** Cumulative counts of a network namespace's TCP; NaN where the kernel does not list one. */
export type TcpCounts = { readonly retransmits: number; readonly opened: number; readonly accepted: number }

/** /proc/net/snmp: a `Tcp:` line with names (RFC 1213 MIB), then a `Tcp:` line with values. */
export function parseTcpCounts(text: string): TcpCounts | null {
  const [names, values] = text.split('\n').filter((line) => line.startsWith('Tcp:'))
  if (values === undefined) return null
  const columns = names.split(' ')
  const fields = values.split(' ')
  const count = (name: string) => Number(fields[columns.indexOf(name)])
  return { retransmits: count('RetransSegs'), opened: count('ActiveOpens'), accepted: count('PassiveOpens') }
}

/** Retransmitted segments and new connections of the namespace that the process lives in, per second. */
export const tcpHealth: Sampler = {
  id: 'tcp-health',
  start(context) {
    if (context.platform !== 'linux') return NEEDS_PROC
    const file = netFile(context, 'snmp')
    const counters = new Counters<keyof TcpCounts>()
    return {
      poll(tMs) {
        const counts = parseTcpCounts(file.read())
        if (!counts) return
        const perSecond = (name: keyof TcpCounts) => counters.perMs(name, counts[name], tMs) * 1000
        context.emit(tMs, 'tcp.retransmits', '', perSecond('retransmits'))
        // Apart, because over loopback each connection is both.
        context.emit(tMs, 'tcp.newConnections', 'opened', perSecond('opened'))
        context.emit(tMs, 'tcp.newConnections', 'accepted', perSecond('accepted'))
      },
      stop: file.close,
    }
  },
}
