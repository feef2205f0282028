/** A small recording with something in every table, written as the agent, a load client and a sampler would. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { JournalBuffer } from '../../core/model/journal-buffer.js'
import { WRITER } from '../../core/model/journal-layout.js'
import { SPAN_CONTAINER, SPAN_SYNC } from '../../core/model/recording.js'
import { writeJournal } from './journal-file.js'

export const SAMPLE_PROFILE = {
  nodes: [
    {
      id: 1,
      callFrame: { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 },
      children: [2],
    },
    { id: 2, callFrame: { functionName: 'parse', scriptId: '3', url: 'file:///a.js', lineNumber: 4, columnNumber: 2 } },
  ],
  startTime: 1_000_000,
  endTime: 1_002_000,
  samples: [2, 2],
  timeDeltas: [1000, 1000],
}

/** Two service processes of three requests each, all sent by one load client; times from 1000 ms on. */
export async function writeSampleJournals(dir: string): Promise<void> {
  const client = new JournalBuffer()
  for (const pid of [101, 102]) await writeJournal(dir, { pid, monotonicMs: 1000 + pid }, serviceThreads(pid, client))
  client.client({
    error: 'ECONNREFUSED',
    status: 0,
    scheduledMs: 1500,
    sentMs: 1501,
    endMs: 1502,
    outcome: 'refused',
    phase: 'measured',
  })
  await writeJournal(dir, { pid: 200, writer: WRITER.load, monotonicMs: 1001 }, [client])
  const outside = new JournalBuffer()
  for (const tMs of [1100, 1200]) outside.sample({ metric: 'host.cpu', instance: '', tMs, value: 0.5 })
  outside.sample({ metric: 'gpu.power', instance: 'gpu0', tMs: 1200, value: Number.NaN })
  outside.gap({ gap: 'sampler:gpu', reason: 'nvidia-smi is not there', fromMs: 1100, toMs: 1200, count: 3 })
  await writeJournal(dir, { pid: 300, writer: WRITER.outside, monotonicMs: 1000 }, [outside])
  await mkdir(join(dir, 'profiles'))
  await writeFile(join(dir, 'profiles/101-0.cpuprofile'), JSON.stringify(SAMPLE_PROFILE))
}

function serviceThreads(pid: number, client: JournalBuffer): JournalBuffer[] {
  const main = new JournalBuffer()
  const device = new JournalBuffer(1)
  main.thread({ title: 'service', runtime: 'node v20.20.2' })
  main.config({ name: 'sample', maxBatch: 4 })
  device.thread({ name: 'device', kind: 'worker' })
  for (let i = 1; i <= 3; i++) {
    const at = 1100 + i * 50 + (pid - 100) * 10
    const parent = { parentIdHigh: pid, parentIdLow: i }
    const times = { scheduledMs: at, sentMs: at + 1, firstByteMs: at + 29, endMs: at + 30 }
    client.client({ ...times, ...parent, error: '', status: 200, bytesSent: 10, outcome: 'ok', phase: 'measured' })
    const idle = { loopIdleEndMs: at - 1000, loopIdleDeltaMs: 12 }
    main.span({ stage: 'handler', startMs: at + 2, endMs: at + 28, request: i, flags: SPAN_CONTAINER, ...idle })
    const parsing = { stage: 'deserialize', startMs: at + 3, endMs: at + 7, bytes: 400_000, cpuMs: 4 }
    main.span({ ...parsing, request: i, flags: SPAN_SYNC })
    device.ticket({ request: i, batch: i, enqueuedMs: at + 8, startedMs: at + 12, endedMs: at + 20 })
    const batch = { device: 'gpu0', batch: i, size: 1, openedMs: at + 8, startedMs: at + 12, endedMs: at + 20 }
    device.batch({ ...batch, capacity: 4, maxWaitMs: 4, reason: 'timeout' })
    main.request({
      ...parent,
      route: 'POST /predict',
      status: 200,
      startMs: at + 2,
      endMs: at + 29,
      request: i,
      bytesOut: 80,
    })
  }
  main.event({ event: 'gc', detail: 'minor', startMs: 1160, endMs: 1162 })
  if (pid === 101) main.profile({ file: 'profiles/101-0.cpuprofile', startMs: 1150, endMs: 1152 })
  return [main, device]
}
