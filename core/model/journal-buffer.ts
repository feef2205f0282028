import {
  type BatchRecord,
  type ClientRecord,
  type EventRecord,
  encodeBatch,
  encodeClient,
  encodeEvent,
  encodeGap,
  encodeHeader,
  encodeProfile,
  encodeRequest,
  encodeSample,
  encodeSpan,
  encodeText,
  encodeTicket,
  type GapRecord,
  type HeaderRecord,
  type ProfileRecord,
  type RequestRecord,
  type SampleRecord,
  type SpanRecord,
  type TicketRecord,
  textRecords,
} from './journal-encoder.js'
import { RECORD_BYTES, TEXT_USE } from './journal-layout.js'

const INITIAL_RECORDS = 256
const MAX_TEXT_ID = 0xffff
const utf8 = new TextEncoder()

/** The same record with its text ids given as strings; '' = none. */
type Named<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]: string }

/**
 * Journal records of one thread, encoded in memory in order, each text before the first record that names it. The
 * owner appends what `take` returns to the journal file; the buffer does no I/O. The agent's ring is another matter:
 * this is for writers that are not in the service's request path.
 */
export class JournalBuffer {
  readonly #thread: number
  readonly #ids = new Map<string, number>()
  #view = new DataView(new ArrayBuffer(INITIAL_RECORDS * RECORD_BYTES))
  #bytes = 0

  /** `thread`: the slot that every record carries; 0 = main. Text ids belong to it. */
  constructor(thread = 0) {
    this.#thread = thread
  }

  /** Must come first in a file, once. */
  header(record: HeaderRecord): void {
    const at = this.#reserve(1)
    encodeHeader(this.#view, at, record)
  }

  /** The id of a name, written now if it is new. 0 for '', and for every new name once 65,535 are used up. */
  text(name: string): number {
    if (name === '') return 0
    const known = this.#ids.get(name)
    if (known !== undefined) return known
    if (this.#ids.size === MAX_TEXT_ID) return 0
    const id = this.#ids.size + 1
    this.#ids.set(name, id)
    this.#text(id, TEXT_USE.name, name)
    return id
  }

  /** Merged into the pipeline configuration. */
  config(pipeline: Readonly<Record<string, string | number | boolean>>): void {
    this.#text(0, TEXT_USE.config, JSON.stringify(pipeline))
  }

  /** Describes this thread, and through thread 0 the process. */
  thread(description: { name?: string; kind?: 'main' | 'worker'; title?: string; runtime?: string }): void {
    this.#text(0, TEXT_USE.thread, JSON.stringify(description))
  }

  span(record: Named<SpanRecord, 'stage'>): void {
    const stage = this.text(record.stage)
    const at = this.#reserve(1)
    encodeSpan(this.#view, at, this.#thread, { ...record, stage })
  }

  request(record: Named<RequestRecord, 'route'>): void {
    const route = this.text(record.route)
    const at = this.#reserve(1)
    encodeRequest(this.#view, at, this.#thread, { ...record, route })
  }

  ticket(record: TicketRecord): void {
    const at = this.#reserve(1)
    encodeTicket(this.#view, at, this.#thread, record)
  }

  batch(record: Named<BatchRecord, 'device'>): void {
    const device = this.text(record.device)
    const at = this.#reserve(1)
    encodeBatch(this.#view, at, this.#thread, { ...record, device })
  }

  sample(record: Named<SampleRecord, 'metric' | 'instance'>): void {
    const [metric, instance] = [this.text(record.metric), this.text(record.instance)]
    const at = this.#reserve(1)
    encodeSample(this.#view, at, this.#thread, { ...record, metric, instance })
  }

  event(record: Named<EventRecord, 'event' | 'detail'>): void {
    const [event, detail] = [this.text(record.event), this.text(record.detail)]
    const at = this.#reserve(1)
    encodeEvent(this.#view, at, this.#thread, { ...record, event, detail })
  }

  gap(record: Named<GapRecord, 'gap' | 'reason'>): void {
    const [gap, reason] = [this.text(record.gap), this.text(record.reason)]
    const at = this.#reserve(1)
    encodeGap(this.#view, at, this.#thread, { ...record, gap, reason })
  }

  client(record: Named<ClientRecord, 'error'>): void {
    const error = this.text(record.error)
    const at = this.#reserve(1)
    encodeClient(this.#view, at, this.#thread, { ...record, error })
  }

  profile(record: Named<ProfileRecord, 'file'>): void {
    const file = this.text(record.file)
    const at = this.#reserve(1)
    encodeProfile(this.#view, at, this.#thread, { ...record, file })
  }

  /** A copy of the bytes encoded since the last call; a whole number of records. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.#view.buffer, 0, this.#bytes).slice()
    this.#bytes = 0
    return bytes
  }

  #text(id: number, use: number, text: string): void {
    const bytes = utf8.encode(text)
    const offset = this.#reserve(textRecords(bytes.length))
    encodeText(this.#view, offset, this.#thread, id, use, bytes)
  }

  /** Returns the offset to write at. Growing replaces `#view`, so callers reserve before they read it. */
  #reserve(records: number): number {
    const offset = this.#bytes
    this.#bytes += records * RECORD_BYTES
    if (this.#bytes > this.#view.byteLength) {
      const grown = new Uint8Array(Math.max(this.#bytes, this.#view.byteLength * 2))
      grown.set(new Uint8Array(this.#view.buffer, 0, offset))
      this.#view = new DataView(grown.buffer)
    }
    return offset
  }
}
