import { SERVICE_LOG_GAP } from '../../core/model/gap.js'
import { journalGap } from './journal-gap.js'

/** Says in the recording how many bytes of the service's output `service.log` lacks. */
export function journalLogGap(directory: string, cutBytes: number): void {
  const reason = 'bytes of what the service printed were cut out of the middle of service.log'
  journalGap(directory, 'service-log', { kind: SERVICE_LOG_GAP, reason, count: cutBytes })
}
