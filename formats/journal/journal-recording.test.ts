import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { JournalBuffer } from '../../core/model/journal-buffer.js'
import { RECORD_BYTES, WRITER } from '../../core/model/journal-layout.js'
import {
  loopInstanceOf,
  NO_INDEX,
  NO_ROW,
  OUTCOMES,
  PHASES,
  type Recording,
  SPAN_ERROR,
  SPAN_SYNC,
} from '../../core/model/recording.js'
import { writeJournal } from '../../test/support/journal-file.js'
import { temporaryDirectory } from '../../test/support/temporary-directory.js'
import { openRecording } from '../open.js'

const LOAD = { pid: 200, writer: WRITER.load, monotonicMs: 1050 }

test('client and server rows of one request are joined by the parent-id, in order of the schedule', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const agent = new JournalBuffer()
  agent.request({ ...served(1, 1012, 1015), parentIdHigh: 7, parentIdLow: 2, bytesIn: 50 })
  agent.request({ ...served(2, 1022, 1029), parentIdHigh: 7, parentIdLow: 1 })
  agent.span({ stage: 'preprocess', startMs: 1023, endMs: 1024, request: 2 })
  const client = new JournalBuffer()
  client.client({ ...sent(1020, 1030), parentIdHigh: 7, parentIdLow: 1, phase: 'warm-up' })
  client.client({ ...sent(1010, 1016), parentIdHigh: 7, parentIdLow: 2, bytesSent: 49 })
  await writeJournal(dir, {}, [agent])
  await writeJournal(dir, LOAD, [client])

  const { requests, spans, routes, meta } = await openRecording(dir)
  expect(requests.count).toBe(2)
  expect([...requests.scheduledMs]).toEqual([10, 20])
  expect([...requests.serverStartMs]).toEqual([12, 22])
  expect([...requests.serverEndMs]).toEqual([15, 29])
  expect([...requests.firstByteMs]).toEqual([15, 29])
  expect(requests.bytesIn[0]).toBe(50)
  expect([...requests.phase].map((phase) => PHASES[phase])).toEqual(['measured', 'warm-up'])
  expect([...requests.route].map((route) => routes[route])).toEqual(['POST /predict', 'POST /predict'])
  expect([...spans.request]).toEqual([1])
  expect(meta.clock).toEqual({ monotonicOriginMs: 1000, wallClockOriginMs: Date.UTC(2026, 0, 1) })
  expect(meta.service.observed).toBe('node')
})

test('a request that the load did not send is "other" under load and measured without it', async () => {
  const agent = new JournalBuffer()
  const record = () => {
    agent.request({ ...served(1, 1005, 1006), parentIdHigh: 1, parentIdLow: 1 })
    agent.request({ ...served(2, 1007, 1008), status: 503 })
    agent.request({ ...served(3, 1009, 1010), aborted: true })
  }
  const under = await temporaryDirectory(onTestFinished)
  const client = new JournalBuffer()
  client.client({ ...sent(1001, 1009), outcome: 'timeout', status: 0, error: 'UND_ERR_HEADERS_TIMEOUT' })
  record()
  await writeJournal(under, {}, [agent])
  await writeJournal(under, LOAD, [client])
  const loaded = await openRecording(under)
  expect(outcomes(loaded)).toEqual(['timeout', 'unobserved', 'unobserved', 'unobserved'])
  expect([...loaded.requests.phase].map((phase) => PHASES[phase])).toEqual(['measured', 'other', 'other', 'other'])
  expect(loaded.requests.process[0]).toBe(NO_INDEX)
  expect(loaded.requests.serverStartMs[0]).toBeNaN()
  expect(loaded.requests.scheduledMs[1]).toBeNaN()
  expect(loaded.events.kinds[loaded.events.kind[0]!]).toBe('client-error')
  expect(loaded.events.details[loaded.events.detail[0]!]).toBe('UND_ERR_HEADERS_TIMEOUT')

  const alone = await temporaryDirectory(onTestFinished)
  const again = new JournalBuffer()
  again.request(served(1, 1005, 1006))
  again.request({ ...served(2, 1007, 1008), status: 503 })
  again.request({ ...served(3, 1009, 1010), aborted: true })
  await writeJournal(alone, {}, [again])
  const standalone = await openRecording(alone)
  expect(outcomes(standalone)).toEqual(['ok', 'http-error', 'aborted'])
  expect([...standalone.requests.phase].map((phase) => PHASES[phase])).toEqual(['measured', 'measured', 'measured'])
})

test('a ticket becomes a queue and a model span of its batch, and a model span inside the batch counts for no request', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const main = new JournalBuffer()
  main.request(served(1, 1001, 1020))
  main.request(served(2, 1002, 1021))
  const worker = new JournalBuffer(2)
  worker.thread({ name: 'device', kind: 'worker' })
  worker.span({ stage: 'model', startMs: 1010, endMs: 1018, request: 1, batch: 9, flags: SPAN_SYNC, cpuMs: 8 })
  const batch = { device: 'gpu0', batch: 9, size: 2, capacity: 8, openedMs: 1003, startedMs: 1010, endedMs: 1019 }
  worker.batch({ ...batch, reason: 'timeout', maxWaitMs: 7, failed: true })
  worker.ticket({ request: 1, batch: 9, enqueuedMs: 1003, startedMs: 1010, endedMs: 1019 })
  worker.ticket({ request: 2, batch: 9, enqueuedMs: 1004, startedMs: 1010, endedMs: 1019 })
  await writeJournal(dir, {}, [worker, main])

  const recording = await openRecording(dir)
  const { spans, batches, threads, devices } = recording
  expect(spanRows(recording)).toEqual([
    { request: 0, stage: 'queue', from: 3, to: 10, batch: 0 },
    { request: 0, stage: 'model', from: 10, to: 19, batch: 0 },
    { request: 1, stage: 'queue', from: 4, to: 10, batch: 0 },
    { request: 1, stage: 'model', from: 10, to: 19, batch: 0 },
    { request: NO_ROW, stage: 'model', from: 10, to: 18, batch: 0 },
  ])
  expect([...spans.flags]).toEqual([0, SPAN_ERROR, 0, SPAN_ERROR, SPAN_SYNC])
  expect([...spans.cpuMs]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN, 8])
  expect([batches.count, batches.size[0], batches.capacity[0], batches.reason[0]]).toEqual([1, 2, 8, 2])
  expect(devices[batches.device[0]!]).toBe('gpu0')
  expect(threads[batches.thread[0]!]).toEqual({ process: 0, name: 'device', kind: 'worker' })
})

test('event loops and queues of two processes are two, though each calls its thread main, and a GPU is one', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  for (const [pid, busy] of [
    [101, 0.01],
    [102, 0.9],
  ] as const) {
    const buffer = new JournalBuffer()
    buffer.request(served(1, 1010, 1020))
    buffer.span({ stage: 'model', startMs: 1011, endMs: 1012, request: 1 })
    buffer.sample({ metric: 'loop.utilization', instance: 'main', tMs: 1100, value: busy })
    buffer.sample({ metric: 'queue.depth', instance: '', tMs: 1100, value: 1 })
    buffer.sample({ metric: 'gpu.utilization', instance: 'gpu0', tMs: 1100, value: 1 })
    await writeJournal(dir, { pid }, [buffer])
    const outside = new JournalBuffer()
    outside.sample({ metric: 'process.rss', instance: String(pid), tMs: 1100, value: 1 })
    await writeJournal(dir, { pid: 100 + pid, writer: WRITER.outside }, [outside])
  }
  const recording = await openRecording(dir)
  expect(recording.samples.seriesInfo.map(({ metric, instance }) => `${metric} ${instance}`).sort()).toEqual([
    'gpu.utilization gpu0',
    'loop.utilization 101/main',
    'loop.utilization 102/main',
    'process.rss 101',
    'process.rss 102',
    'queue.depth 101',
    'queue.depth 102',
  ])
  expect(recording.threads.map((_, thread) => loopInstanceOf(recording, thread)).sort()).toEqual([
    '101/main',
    '102/main',
  ])
})

test('two processes that use the same ids merge without mixing them up', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  for (const [pid, offset] of [
    [101, 0],
    [102, 5],
  ] as const) {
    const buffer = new JournalBuffer()
    buffer.thread({ title: `service ${pid}`, runtime: 'node v20' })
    buffer.text(`padding ${pid}`.repeat(pid - 100))
    buffer.config({ maxBatch: 8, [`own${pid}`]: true })
    buffer.request(served(1, 1010 + offset, 1020 + offset))
    buffer.span({ stage: pid === 101 ? 'first' : 'second', startMs: 1011, endMs: 1012, request: 1, batch: 1 })
    buffer.batch({ device: `gpu${pid}`, batch: 1, size: 1, openedMs: 1, startedMs: 1011 + offset, endedMs: 1030 })
    await writeJournal(dir, { pid, monotonicMs: 1000 + offset }, [buffer])
  }
  const recording = await openRecording(dir)
  expect(recording.meta.processes.map(({ pid, title }) => [pid, title])).toEqual([
    [101, 'service 101'],
    [102, 'service 102'],
  ])
  expect([...recording.requests.process]).toEqual([0, 1])
  expect(spanRows(recording).map(({ request, stage, batch }) => [request, stage, batch])).toEqual([
    [0, 'first', 0],
    [1, 'second', 1],
  ])
  expect(recording.meta.pipeline).toMatchObject({
    maxBatch: { value: 8, source: 'declared' },
    own101: { value: true, source: 'declared' },
    own102: { value: true, source: 'declared' },
  })
})

test('files of one process share its request ids; a later process with the same pid does not', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const main = new JournalBuffer()
  main.request(served(1, 1010, 1020))
  const described = new JournalBuffer(1)
  described.thread({ name: 'tokenizer', kind: 'worker' })
  const worker = new JournalBuffer(1)
  worker.span({ stage: 'mine', startMs: 1012, endMs: 1013, request: 1 })
  const restarted = new JournalBuffer()
  restarted.request(served(1, 9010, 9020))
  restarted.span({ stage: 'later', startMs: 9012, endMs: 9013, request: 1 })
  await writeJournal(dir, {}, [worker], 0)
  await writeJournal(dir, {}, [main, described], 1)
  await writeJournal(dir, { processStartMonotonicMs: 9000, monotonicMs: 9001 }, [restarted], 2)
  const recording = await openRecording(dir)
  expect(recording.meta.processes).toHaveLength(2)
  expect(spanRows(recording).map(({ request, stage }) => [request, stage])).toEqual([
    [0, 'mine'],
    [1, 'later'],
  ])
  expect(recording.threads.map(({ process, name }) => [process, name])).toEqual([
    [0, 'tokenizer'],
    [1, 'main'],
  ])
})

test('a torn tail is ignored and counted, and requests without an end are counted', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const buffer = new JournalBuffer()
  buffer.request(served(1, 1010, 1020))
  buffer.span({ stage: 'preprocess', startMs: 1011, endMs: 1012, request: 2 })
  buffer.span({ stage: 'preprocess', startMs: 1011, endMs: 1013, request: 2 })
  const name = await writeJournal(dir, {}, [buffer])
  await appendFile(join(dir, name), new Uint8Array(30).fill(1))
  const torn = await openRecording(dir)
  expect(torn.requests.count).toBe(1)
  expect([...torn.spans.request]).toEqual([NO_ROW, NO_ROW])
  expect(torn.gaps).toMatchObject([
    { kind: 'torn-tail', count: 1 },
    { kind: 'unfinished-requests', count: 1 },
  ])

  const holed = await temporaryDirectory(onTestFinished)
  const after = new JournalBuffer()
  after.request(served(1, 1010, 1020))
  const hole = await writeJournal(holed, {}, [after])
  await appendFile(join(holed, hole), new Uint8Array(RECORD_BYTES))
  after.request(served(2, 1030, 1040))
  await appendFile(join(holed, hole), after.take())
  const { requests, gaps } = await openRecording(holed)
  expect(requests.count).toBe(1)
  expect(gaps).toMatchObject([{ kind: 'torn-tail', count: 2 }])
})

test('a name whose text is missing shows as unknown, and a newer kind of record is skipped and counted', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const buffer = new JournalBuffer()
  buffer.text('dropped')
  buffer.take()
  buffer.span({ stage: 'dropped', startMs: 1001, endMs: 1002 })
  const name = await writeJournal(dir, {}, [buffer])
  await appendFile(join(dir, name), new Uint8Array(RECORD_BYTES).fill(200, 0, 1))
  const recording = await openRecording(dir)
  expect(spanRows(recording)[0]?.stage).toBe('(unknown)')
  expect(recording.gaps).toMatchObject([{ kind: 'unknown-records', count: 1 }])
})

test('texts longer than a record, with any characters, come back whole', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const long = `${'é'.repeat(60)} 模型 <b>"`
  const buffer = new JournalBuffer()
  buffer.span({ stage: long, startMs: 1001, endMs: 1002 })
  buffer.config({ name: long })
  await writeJournal(dir, {}, [buffer])
  const { stages, meta } = await openRecording(dir)
  expect(stages).toEqual([long])
  expect(meta.service.name).toBe(long)
})

test('samples, events and gaps of every writer are merged by time', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const outside = new JournalBuffer()
  for (const tMs of [1100, 1300]) outside.sample({ metric: 'host.cpu', instance: '', tMs, value: tMs / 2000 })
  outside.gap({ gap: 'sampler:gpu', reason: 'nvidia-smi is not there', fromMs: 1000, toMs: 1400, count: 1 })
  const agent = new JournalBuffer()
  agent.sample({ metric: 'device.utilization', instance: 'gpu0', tMs: 1200, value: 0.5, simulated: true })
  agent.event({ event: 'gc', detail: 'major', startMs: 1210, endMs: 1215 })
  agent.event({ event: 'gc', detail: '', startMs: 1205, endMs: 1206 })
  await writeJournal(dir, { pid: 300, writer: WRITER.outside, monotonicMs: 990 }, [outside])
  await writeJournal(dir, {}, [agent])
  const { samples, events, gaps, meta } = await openRecording(dir)
  expect([...samples.tMs]).toEqual([110, 210, 310])
  expect([...samples.series]).toEqual([0, 1, 0])
  expect(samples.seriesInfo).toEqual([
    { metric: 'host.cpu', instance: '', simulated: false },
    { metric: 'device.utilization', instance: 'gpu0', simulated: true },
  ])
  expect([...events.startMs]).toEqual([215, 220])
  expect([...events.detail]).toEqual([NO_INDEX, 0])
  expect(gaps).toEqual([{ kind: 'sampler:gpu', count: 1, fromMs: 10, toMs: 410, reason: 'nvidia-smi is not there' }])
  expect(meta.processes).toHaveLength(1)
})

test('a foreign file among the journals is a gap, not a failure', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  const buffer = new JournalBuffer()
  buffer.request(served(1, 1010, 1020))
  await writeJournal(dir, {}, [buffer])
  await writeFile(join(dir, 'journal-9-0.idj'), 'x'.repeat(200))
  const { requests, gaps } = await openRecording(dir)
  expect(requests.count).toBe(1)
  expect(gaps).toMatchObject([{ kind: 'journal', reason: expect.stringContaining('journal-9-0.idj: magic is') }])
})

function served(request: number, startMs: number, endMs: number) {
  return { route: 'POST /predict', status: 200, startMs, endMs, request }
}

function sent(scheduledMs: number, endMs: number) {
  const times = { scheduledMs, sentMs: scheduledMs, firstByteMs: endMs - 1, endMs }
  return { ...times, error: '', status: 200, outcome: 'ok', phase: 'measured' } as const
}

function outcomes({ requests }: Recording) {
  return [...requests.outcome].map((outcome) => OUTCOMES[outcome])
}

function spanRows({ spans, stages }: Recording) {
  return Array.from({ length: spans.count }, (_, row) => ({
    request: spans.request[row],
    stage: stages[spans.stage[row]!],
    from: spans.startMs[row],
    to: spans.endMs[row],
    batch: spans.batch[row],
  }))
}
