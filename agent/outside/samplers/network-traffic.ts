import { Counters } from './counter.js'
import { netFile } from './net-file.js'
import { NEEDS_PROC, type Sampler } from './sampler.js'

/** Cumulative bytes of one network interface. */
export type InterfaceTraffic = { readonly name: string; readonly rxBytes: number; readonly txBytes: number }

/** /proc/net/dev (proc_pid_net(5)): two header lines, then `name: rx(bytes ...8) tx(bytes ...8)`. */
export function parseNetDev(text: string): InterfaceTraffic[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*(\S+):\s*(\d+(?:\s+\d+)+)\s*$/.exec(line)
    if (!match) return []
    const columns = match[2].split(/\s+/).map(Number)
    return columns.length < 9 ? [] : [{ name: match[1], rxBytes: columns[0], txBytes: columns[8] }]
  })
}

/** Bytes on every interface, loopback included, of the network namespace that the process lives in. */
export const networkTraffic: Sampler = {
  id: 'network-traffic',
  start(context) {
    if (context.platform !== 'linux') return NEEDS_PROC
    const file = netFile(context, 'dev')
    const counters = new Counters<string>()
    return {
      poll(tMs) {
        for (const { name, rxBytes, txBytes } of parseNetDev(file.read())) {
          if (rxBytes + txBytes === 0) continue
          context.emit(tMs, 'net.rx', name, counters.perMs(`rx ${name}`, rxBytes, tMs) * 1000)
          context.emit(tMs, 'net.tx', name, counters.perMs(`tx ${name}`, txBytes, tMs) * 1000)
        }
      },
      stop: file.close,
    }
  },
}
