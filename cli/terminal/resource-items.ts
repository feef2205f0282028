import type { Resources } from '../../core/model/diagnosis.js'
import { formatCount, formatShare } from './numbers.js'

/** The machine in a few words; what was not measured is left out here and listed as not measured elsewhere. */
export function resourceItems(resources: Resources): string[] {
  const items: string[] = []
  const simulated = resources.deviceSimulated ? ' (simulated)' : ''
  if (resources.eventLoopUtilization !== null) items.push(`event loop ${formatShare(resources.eventLoopUtilization)}`)
  if (resources.processCpu !== null) items.push(`service ${resources.processCpu.toFixed(1)} cores`)
  if (resources.hostCpu !== null) items.push(`host CPU ${formatShare(resources.hostCpu)}`)
  const hottest = resources.hottestThread
  if (hottest !== null && resources.eventLoopUtilization === null) {
    items.push(`busiest thread ${formatShare(hottest.busyFraction)}`)
  }
  if (resources.deviceBusyFraction !== null)
    items.push(`device ${formatShare(resources.deviceBusyFraction)}${simulated}`)
  // A simulated accelerator publishes what its batches show already.
  const repeated = resources.deviceSimulated && resources.deviceBusyFraction !== null
  if (resources.gpuUtilization !== null && !repeated)
    items.push(`GPU ${formatShare(resources.gpuUtilization)}${simulated}`)
  if (resources.meanBatch !== null) {
    const capacity = resources.maxBatch === null ? '' : ` of ${formatCount(resources.maxBatch)}`
    items.push(`batch ${formatCount(resources.meanBatch)}${capacity}`)
  }
  if (resources.gcFraction !== null) items.push(`GC ${formatShare(resources.gcFraction)}`)
  return items
}
