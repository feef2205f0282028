/** The 64-bit parent-ids of W3C traceparents, as two u32 columns; both 0 = the row has none. */
export type ParentIds = { readonly count: number; readonly parentHigh: Uint32Array; readonly parentLow: Uint32Array }

export const UNJOINED = -1

/**
 * For every client row the server row that carries the same parent-id, or UNJOINED. Where several servers saw one id
 * (a gateway that passes the header on), the one that saw it first wins, whose answer the client got; the others stay unjoined.
 *
 * Open addressing over the server rows: no strings, no objects, 4 bytes a slot.
 */
export function joinByParent(client: ParentIds, server: ParentIds & { readonly startMs: Float64Array }): Int32Array {
  const mask = 2 ** Math.ceil(Math.log2(2 * server.count + 1)) - 1
  const slots = new Int32Array(mask + 1).fill(UNJOINED)
  const find = (high: number, low: number): number => {
    let slot = hash(high, low) & mask
    while (slots[slot] !== UNJOINED) {
      const row = slots[slot]!
      if (server.parentHigh[row] === high && server.parentLow[row] === low) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }
  for (let row = 0; row < server.count; row++) {
    const [high, low] = [server.parentHigh[row]!, server.parentLow[row]!]
    if (high === 0 && low === 0) continue
    const slot = find(high, low)
    if (slots[slot] === UNJOINED || server.startMs[row]! < server.startMs[slots[slot]!]!) slots[slot] = row
  }
  const joined = new Int32Array(client.count).fill(UNJOINED)
  const taken = new Uint8Array(server.count)
  for (let row = 0; row < client.count; row++) {
    const [high, low] = [client.parentHigh[row]!, client.parentLow[row]!]
    if (high === 0 && low === 0) continue
    const found = slots[find(high, low)]!
    if (found === UNJOINED || taken[found]) continue
    taken[found] = 1
    joined[row] = found
  }
  return joined
}

/** Mixes both halves: sequential ids must not fall into neighbouring slots only. */
function hash(high: number, low: number): number {
  let h = Math.imul(high ^ 0x9e3779b9, 0x85ebca6b) ^ low
  h = Math.imul(h ^ (h >>> 16), 0xc2b2ae35)
  return (h ^ (h >>> 13)) >>> 0
}
