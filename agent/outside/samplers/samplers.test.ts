import { afterEach, expect, test } from 'vitest'
import { cgroupThrottling, parseThrottledMs } from './cgroup-throttling.js'
import { collect, procDirectory, statLine } from './collected.js'
import { cpuPressure, parsePressureUs } from './cpu-pressure.js'
import { diskReads, parseReadBytes } from './disk-reads.js'
import { networkTraffic, parseNetDev } from './network-traffic.js'
import { processUsage } from './process-usage.js'
import type { RunningSampler, Sampler, SamplingContext } from './sampler.js'
import { parseTcpCounts, tcpHealth } from './tcp-health.js'

const PID = 100
const stops: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const NET_DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 1000  10    0    0    0     0          0         0 1000  10    0    0    0     0       0          0
  eth0:50000 200    0    0    0     0          0         0 7000  90    0    0    0     0       0          0
  eth1: 0 0    0    0    0     0          0         0 0  0    0    0    0     0       0          0
`
const SNMP = `Ip: Forwarding DefaultTTL InReceives
Ip: 2 64 579552
Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
Tcp: 1 200 120000 -1 1931 1832 0 0 0 579379 565454 9004 0 176 0
Udp: InDatagrams NoPorts
Udp: 172 0
`
const IO = `rchar: 6976
wchar: 0
syscr: 10
syscw: 0
read_bytes: 4096
write_bytes: 0
cancelled_write_bytes: 0
`
const PRESSURE = `some avg10=1.50 avg60=7.53 avg300=6.53 total=73303246
full avg10=0.00 avg60=0.00 avg300=0.00 total=0
`

test('bytes of every interface that carried any are read, headers and glued columns included', () => {
  expect(parseNetDev(NET_DEV)).toEqual([
    { name: 'lo', rxBytes: 1000, txBytes: 1000 },
    { name: 'eth0', rxBytes: 50000, txBytes: 7000 },
    { name: 'eth1', rxBytes: 0, txBytes: 0 },
  ])
  const { proc, poll, samples } = running(networkTraffic, { [`${PID}/net/dev`]: NET_DEV })
  poll(0)
  proc.write({ [`${PID}/net/dev`]: NET_DEV.replace('eth0:50000', 'eth0:60000') })
  poll(100)
  expect(samples).toEqual({ 'net.rx lo': [0], 'net.tx lo': [0], 'net.rx eth0': [100_000], 'net.tx eth0': [0] })
})

test('TCP columns are found by name, and opened and accepted connections are told apart', () => {
  expect(parseTcpCounts(SNMP)).toEqual({ retransmits: 9004, opened: 1931, accepted: 1832 })
  expect(parseTcpCounts('')).toBeNull()
  const { proc, poll, samples } = running(tcpHealth, { [`${PID}/net/snmp`]: SNMP })
  poll(0)
  proc.write({ [`${PID}/net/snmp`]: SNMP.replace('1931 1832', '1931 1842').replace(' 9004 ', ' 9006 ') })
  poll(100)
  expect(samples).toEqual({
    'tcp.retransmits': [20],
    'tcp.newConnections opened': [0],
    'tcp.newConnections accepted': [100],
  })
})

test('time that tasks waited for a CPU becomes a fraction of wall time', () => {
  expect(parsePressureUs(PRESSURE)).toBe(73303246)
  const { proc, poll, samples } = running(cpuPressure, { 'pressure/cpu': PRESSURE })
  poll(0)
  proc.write({ 'pressure/cpu': PRESSURE.replace('73303246', '73328246') })
  poll(100)
  expect(samples).toEqual({ 'host.cpuPressure': [0.25] })
})

test('a kernel without pressure information is said to have none', () => {
  const proc = procDirectory({})
  stops.push(proc.remove)
  expect(cpuPressure.start(collect({ procRoot: proc.root }).context)).toHaveProperty('notMeasured')
})

test('storage reads of all processes of the tree are added up', () => {
  expect(parseReadBytes(IO)).toBe(4096)
  expect(parseReadBytes('')).toBeNaN()
  const { proc, poll, samples } = running(diskReads, {
    [`${PID}/io`]: IO,
    [`${PID}/task/${PID}/children`]: '101 ',
    '101/stat': statLine(101, { ppid: PID }),
    '101/task/101/children': '',
    '101/io': IO,
  })
  poll(0)
  proc.write({ [`${PID}/io`]: IO.replace('4096', '8192'), '101/io': IO.replace('4096', '6144') })
  poll(1000)
  expect(samples).toEqual({ 'disk.read': [6144] })
})

test('an unreadable source gives no sample, not a zero', () => {
  const { poll, samples } = running(diskReads, {})
  poll(0)
  poll(100)
  expect(samples).toEqual({})
})

test('throttled time is read from both versions of cpu.stat', () => {
  expect(parseThrottledMs('nr_periods 9\nnr_throttled 4\nthrottled_time 250000000\nnr_bursts 0\n')).toBe(250)
  expect(parseThrottledMs('usage_usec 9\nnr_periods 9\nnr_throttled 4\nthrottled_usec 250000\n')).toBe(250)
  expect(parseThrottledMs('usage_usec 9\nuser_usec 5\nsystem_usec 4\n')).toBeNaN()
})

test('a quota on a level above the process counts, and all the time is the most it can take', () => {
  const cgroup = procDirectory({
    'pod/app/cpu.stat': 'nr_periods 0\nthrottled_usec 0\n',
    'pod/cpu.stat': 'nr_periods 1\nthrottled_usec 1000\n',
  })
  stops.push(cgroup.remove)
  const { poll, samples } = running(cgroupThrottling, {
    [`${PID}/cgroup`]: '0::/pod/app\n',
    [`${PID}/mountinfo`]: `31 23 0:28 / ${cgroup.root} rw,relatime shared:9 - cgroup2 cgroup2 rw\n`,
  })
  poll(0)
  cgroup.write({ 'pod/cpu.stat': 'nr_periods 2\nthrottled_usec 61000\n' })
  poll(100)
  cgroup.write({ 'pod/cpu.stat': 'nr_periods 3\nthrottled_usec 361000\n' })
  poll(200)
  expect(samples).toEqual({ 'cgroup.throttled': [0.6, 1] })
})

test('a quota on a cgroup that only a child of the process is in counts, in version 1 as well', () => {
  const cgroup = procDirectory({
    'cpu.stat': 'nr_periods 0\nnr_throttled 0\nthrottled_time 0\n',
    'quota/cpu.stat': 'nr_periods 0\nnr_throttled 0\nthrottled_time 0\n',
  })
  stops.push(cgroup.remove)
  const mountinfo = `31 23 0:28 / ${cgroup.root} rw,relatime - cgroup cgroup rw,cpu\n`
  const { poll, samples } = running(cgroupThrottling, {
    [`${PID}/cgroup`]: '1:cpu:/\n',
    [`${PID}/mountinfo`]: mountinfo,
    [`${PID}/task/${PID}/children`]: '101 ',
    '101/stat': statLine(101, { ppid: PID }),
    '101/task/101/children': '',
    '101/cgroup': '1:cpu:/quota\n',
    '101/mountinfo': mountinfo,
  })
  poll(0)
  cgroup.write({ 'quota/cpu.stat': 'nr_periods 1\nnr_throttled 1\nthrottled_time 25000000\n' })
  poll(100)
  expect(samples).toEqual({ 'cgroup.throttled': [0.25] })
})

test('a process without a visible cgroup has no throttling figure and the gap says so', () => {
  const { poll, samples, gaps } = running(cgroupThrottling, {})
  poll(0)
  poll(100)
  expect(samples).toEqual({})
  expect(gaps).toEqual(['cgroup-throttling: no cpu.stat with throttling figures in the cgroup of the process'])
})

test('CPU ticks become cores, pages become bytes, and a reused process id starts again', () => {
  const { proc, poll, samples } = running(processUsage, { [`${PID}/stat`]: statLine(PID, { cpuTicks: 500 }) })
  poll(0)
  proc.write({ [`${PID}/stat`]: statLine(PID, { cpuTicks: 515, rssPages: 200 }) })
  poll(100)
  expect(samples['process.cpu 100']).toEqual([1.5])
  expect(samples['process.rss 100']).toEqual([409_600, 819_200])
  proc.write({ [`${PID}/stat`]: statLine(PID, { cpuTicks: 900, startTicks: 2000 }) })
  poll(200)
  expect(samples['process.cpu 100']).toEqual([1.5])
})

test('elsewhere than on Linux only our own process is measured', () => {
  const ours = collect({ platform: 'darwin' })
  const own = processUsage.start(ours.context) as RunningSampler
  own.poll?.(0)
  own.poll?.(100)
  expect(Object.keys(ours.samples)).toEqual([`process.rss ${process.pid}`, `process.cpu ${process.pid}`])
  expect(processUsage.start(collect({ platform: 'darwin', rootPid: 1 }).context)).toHaveProperty('notMeasured')
})

function running(sampler: Sampler, files: Record<string, string>) {
  const proc = procDirectory({ [`${PID}/stat`]: statLine(PID), ...files })
  const { context, samples, gaps } = collect({ procRoot: proc.root, rootPid: PID })
  const poll = start(sampler, context)
  stops.push(proc.remove)
  return {
    proc,
    samples,
    gaps,
    poll(tMs: number) {
      context.tree.update(tMs)
      poll(tMs)
    },
  }
}

function start(sampler: Sampler, context: SamplingContext): (tMs: number) => void {
  const started = sampler.start(context)
  if ('notMeasured' in started) throw new Error(started.notMeasured)
  stops.push(
    () => started.stop?.(),
    () => context.tree.close(),
  )
  return (tMs) => started.poll?.(tMs)
}
