import { NO_INDEX, OUTCOMES, type Outcome, PHASES, type RequestTable } from '../../core/model/recording.js'
import { joinByParent, UNJOINED } from './parent-join.js'
import type { RawTables } from './raw-tables.js'
import { sortedOrder } from './row-order.js'

/** From this status on a request that only the server saw counts as failed: the service's fault, not its caller's. */
const SERVER_ERROR_STATUS = 500

const MEASURED = PHASES.indexOf('measured')
const OTHER = PHASES.indexOf('other')

export type JoinedRequests = {
  readonly table: RequestTable
  /** Row in the table for each decoded server request. */
  readonly rowOfServer: Uint32Array
}

/**
 * One row per request, by scheduled time (server start without a client). `underLoad`: the recording has a load
 * client, so requests that it did not send (readiness probes, strangers) are none of the measurement's.
 */
export function joinRequests({ clients, requests }: RawTables, underLoad: boolean): JoinedRequests {
  const serverOf = joinByParent(clients, requests)
  const joined = new Uint8Array(requests.count)
  for (const server of serverOf) if (server !== UNJOINED) joined[server] = 1
  const serverOnly = requests.count - joined.reduce((sum, bit) => sum + bit, 0)
  const count = clients.count + serverOnly

  const clientRow = new Int32Array(count).fill(UNJOINED)
  const serverRow = new Int32Array(count).fill(UNJOINED)
  const key = new Float64Array(count)
  for (let client = 0; client < clients.count; client++) {
    clientRow[client] = client
    serverRow[client] = serverOf[client]!
    key[client] = clients.scheduledMs[client]!
  }
  let at = clients.count
  for (let server = 0; server < requests.count; server++) {
    if (joined[server]) continue
    serverRow[at] = server
    key[at++] = requests.startMs[server]!
  }

  const order = sortedOrder(key, count)
  const table = emptyTable(count)
  const rowOfServer = new Uint32Array(requests.count)
  for (let row = 0; row < count; row++) {
    const unsorted = order === null ? row : order[row]!
    const [client, server] = [clientRow[unsorted]!, serverRow[unsorted]!]
    if (client !== UNJOINED) {
      table.scheduledMs[row] = clients.scheduledMs[client]!
      table.sentMs[row] = clients.sentMs[client]!
      table.firstByteMs[row] = clients.firstByteMs[client]!
      table.clientEndMs[row] = clients.endMs[client]!
      table.status[row] = clients.status[client]!
      table.outcome[row] = clients.outcome[client]!
      table.phase[row] = clients.phase[client]!
      table.bytesIn[row] = clients.bytesSent[client]!
      table.bytesOut[row] = clients.bytesReceived[client]!
    }
    if (server === UNJOINED) continue
    rowOfServer[server] = row
    table.serverStartMs[row] = requests.startMs[server]!
    table.serverEndMs[row] = requests.endMs[server]!
    table.route[row] = requests.route[server]!
    table.process[row] = requests.process[server]!
    if (!Number.isNaN(requests.bytesIn[server])) table.bytesIn[row] = requests.bytesIn[server]!
    if (!Number.isNaN(requests.bytesOut[server])) table.bytesOut[row] = requests.bytesOut[server]!
    if (client !== UNJOINED) continue
    const status = requests.status[server]!
    table.status[row] = status
    table.phase[row] = underLoad ? OTHER : MEASURED
    table.outcome[row] = OUTCOMES.indexOf(underLoad ? 'unobserved' : outcome(status, requests.aborted[server] === 1))
  }
  return { table, rowOfServer }
}

function outcome(status: number, aborted: boolean): Outcome {
  if (aborted) return 'aborted'
  return status >= SERVER_ERROR_STATUS ? 'http-error' : 'ok'
}

function emptyTable(count: number): RequestTable {
  const missing = () => new Float64Array(count).fill(Number.NaN)
  return {
    count,
    scheduledMs: missing(),
    sentMs: missing(),
    firstByteMs: missing(),
    clientEndMs: missing(),
    serverStartMs: missing(),
    serverEndMs: missing(),
    status: new Uint16Array(count),
    outcome: new Uint8Array(count),
    phase: new Uint8Array(count),
    bytesIn: missing(),
    bytesOut: missing(),
    route: new Uint16Array(count).fill(NO_INDEX),
    process: new Uint16Array(count).fill(NO_INDEX),
  }
}
