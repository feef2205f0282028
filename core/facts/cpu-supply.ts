import type { Metric } from '../model/recording.js'
import { type Fact, type Facts, known, notMeasured } from './fact.js'
import { busiest, meanOf, type Series, seriesOf } from './series.js'

/** Whether the service gets the CPU that it wants, and who gets it instead. null = not sampled. */
export type CpuSupply = {
  /** Of the host, or fewer where a quota says so. */
  readonly cores: number | null
  /** Cores that the service's processes use, and cores that everything else on the host uses. */
  readonly ownCores: number | null
  readonly othersCores: number | null
  readonly hostBusy: number | null
  /** Cores that its busiest main thread uses. */
  readonly mainCores: number | null
  /** Cores that the main thread of each of its processes uses, and each other thread of them, the busiest first. */
  readonly mainThreads: readonly number[]
  readonly otherThreads: readonly number[]
  /** Cores that the service's threads use or wait for. */
  readonly wantedCores: number | null
  /** Fraction of wall time that the quota held the service, and that the hypervisor took from the host. */
  readonly throttled: number | null
  readonly steal: number | null
  /** Fraction of wall time that the main thread was ready to run and had no core. */
  readonly queued: number | null
  /** Share of the CPU time that the main thread wanted and did not get: for want of a core, by quota, by steal. */
  readonly lostToQueue: number | null
  readonly lostToQuota: number | null
  readonly lostToSteal: number | null
  /**
   * The part of `lostToQueue` that was certainly lost to others: while the main thread waits, somebody runs on every core that
   * it may use, so that the service's own threads explain no more of the wait than the CPU time they took, and its quota no
   * more than the time it held the service. Holds whichever cores the service is pinned to.
   */
  readonly lostToOthers: number | null
}

export const cpuSupply: Fact<'cpuSupply', CpuSupply> = {
  id: 'cpuSupply',
  derive(facts) {
    const { host } = facts.recording.meta
    const hostBusy = highest(facts, 'host.cpu')
    const throttled = highest(facts, 'cgroup.throttled')
    const steal = highest(facts, 'host.steal')
    const cpu = seriesOf(facts, 'thread.cpu')
    if (hostBusy === null && throttled === null && cpu.length === 0) return notMeasured('no CPU sampler ran')
    const wait = new Map(seriesOf(facts, 'thread.runQueueWait').map((one) => [one.instance, meanOf(one)]))
    const mains = mainThreadsOf(cpu)
    const main = busiest(mains)?.series ?? null
    const mainCpu = main === null ? null : meanOf(main)
    const mainWait = main === null ? undefined : wait.get(main.instance)
    const ownCores = sum(seriesOf(facts, 'process.cpu').map(meanOf))
    const used = host === null || hostBusy === null ? null : hostBusy * host.cores
    const lostToQueue = mainCpu === null || mainWait === undefined ? null : shareOf(mainWait, mainCpu)
    const lostToQuota = throttled === null || mainCpu === null ? null : shareOf(throttled, mainCpu)
    const lostToSteal = steal === null || hostBusy === null ? null : shareOf(steal, hostBusy)
    return known({
      cores: host === null ? null : Math.min(host.cores, host.cgroup.cpuLimitCores ?? host.cores),
      ownCores,
      othersCores: used === null || ownCores === null ? null : Math.max(0, used - ownCores),
      hostBusy,
      mainCores: mainCpu,
      mainThreads: meansOf(mains),
      otherThreads: meansOf(cpu.filter((one) => !mains.includes(one))),
      wantedCores: wait.size === 0 ? null : sum(cpu.map((one) => meanOf(one) + (wait.get(one.instance) ?? 0))),
      throttled,
      steal,
      queued: mainWait ?? null,
      lostToQueue,
      lostToQuota,
      lostToSteal,
      lostToOthers: lostToOthers(cpu, mainCpu, mainWait, throttled),
    })
  },
}

/** The threads whose id is their process's: "pid/tid name". Without one, the busiest of all. */
function mainThreadsOf(cpu: readonly Series[]): readonly Series[] {
  const mains = cpu.filter(({ instance }) => /^(\d+)\/\1 /.test(instance))
  if (mains.length > 0 || cpu.length === 0) return mains
  return [busiest(cpu)!.series]
}

/** Descending. */
function meansOf(series: readonly Series[]): readonly number[] {
  return series.map(meanOf).sort((a, b) => b - a)
}

function lostToOthers(
  cpu: readonly Series[],
  mainCpu: number | null,
  mainWait: number | undefined,
  throttled: number | null,
): number | null {
  if (mainCpu === null || mainWait === undefined) return null
  const ownOthers = (sum(cpu.map(meanOf)) ?? 0) - mainCpu
  return Math.max(0, mainWait - ownOthers - (throttled ?? 0)) / Math.max(mainWait + mainCpu, Number.MIN_VALUE)
}

function shareOf(lost: number, got: number): number {
  return lost > 0 ? lost / (lost + got) : 0
}

function highest(facts: Facts, metric: Metric): number | null {
  return busiest(seriesOf(facts, metric))?.mean ?? null
}

function sum(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((total, value) => total + value, 0)
}
