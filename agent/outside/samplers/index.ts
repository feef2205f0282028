import { cgroupThrottling } from './cgroup-throttling.js'
import { cpuPressure } from './cpu-pressure.js'
import { diskReads } from './disk-reads.js'
import { gpu } from './gpu.js'
import { hostCpu } from './host-cpu.js'
import { networkTraffic } from './network-traffic.js'
import { processUsage } from './process-usage.js'
import type { Sampler } from './sampler.js'
import { tcpHealth } from './tcp-health.js'
import { threadCpu } from './thread-cpu.js'

export const SAMPLERS: readonly Sampler[] = [
  hostCpu,
  cpuPressure,
  processUsage,
  threadCpu,
  cgroupThrottling,
  networkTraffic,
  tcpHealth,
  diskReads,
  gpu,
]
