import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DiagError } from '../../core/errors.js'
import type { Gap } from '../../core/model/gap.js'
import type { ProfileWindow, ThreadInfo } from '../../core/model/recording.js'
import { META_FILE, type RecordingMeta } from '../../core/model/recording-meta.js'
import type { Checksum, TableName } from '../arrow/table-names.js'
import { replaceFile } from '../file-replacement.js'
import { type Guard, isList, isNumber, isObject, isText, listOf, objectOf, orNull } from '../shape.js'
import { causeOf, errnoOf, unreadableFile } from '../unreadable.js'
import { FORMAT_VERSION } from './default-meta.js'

/** What meta.json holds once the recording is sealed, beside RecordingMeta. */
export type Sealing = {
  readonly sealed: {
    /** The journals that the tables were made from. */
    readonly journals: readonly SealedJournal[]
    readonly tables?: Partial<Record<TableName, Checksum>>
  }
  readonly threads: readonly ThreadInfo[]
  readonly profiles: readonly Omit<ProfileWindow, 'profile'>[]
  /** NaN times are null in JSON. */
  readonly gaps: readonly Gap[]
}

export type SealedJournal = { readonly name: string; readonly bytes: number }

export type MetaFile = Partial<RecordingMeta & Sealing>

export type MetaOutcome =
  | { readonly kind: 'meta'; readonly meta: MetaFile }
  | { readonly kind: 'missing' }
  | { readonly kind: 'corrupt'; readonly reason: string }

/** @throws DiagError for a newer format version or a file that may not be read. */
export async function readMetaFile(dir: string): Promise<MetaOutcome> {
  const path = join(dir, META_FILE)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { kind: 'missing' }
    throw unreadableFile(path, error)
  }
  return parseMeta(text, path)
}

/** @throws DiagError for a newer format version. */
export function parseMeta(text: string, path: string): MetaOutcome {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { kind: 'corrupt', reason: causeOf(error) }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'corrupt', reason: 'a JSON object is wanted' }
  }
  const meta = value as Record<string, unknown>
  const version = meta.formatVersion
  if (version !== undefined && !(Number.isInteger(version) && (version as number) > 0)) {
    return { kind: 'corrupt', reason: `formatVersion is ${JSON.stringify(version)}, a whole number is wanted` }
  }
  checkVersion(path, (version as number | undefined) ?? FORMAT_VERSION)
  const wrong = Object.keys(SHAPES).filter((key) => meta[key] !== undefined && !SHAPES[key]!(meta[key]))
  if (wrong.length > 0) return { kind: 'corrupt', reason: `${wrong.join(', ')}: not the documented type` }
  return { kind: 'meta', meta: meta as MetaFile }
}

/** @throws DiagError when `path` says that it is of a newer format version. */
export function checkVersion(path: string, version: number): void {
  if (version <= FORMAT_VERSION) return
  throw new DiagError(
    'unreadable',
    `${path} is of format version ${version}; this infer-diag reads up to version ${FORMAT_VERSION}`,
    'upgrade: `npm install infer-diag@latest`',
  )
}

/** Merges `patch` into meta.json, field by field, keeping fields that it does not know. Atomic. */
export async function writeMeta(dir: string, patch: Partial<RecordingMeta>): Promise<void> {
  await writeMetaFile(dir, patch)
}

export async function writeMetaFile(dir: string, patch: MetaFile): Promise<void> {
  const current = await readMetaFile(dir)
  const merged = { ...(current.kind === 'meta' ? current.meta : {}), formatVersion: FORMAT_VERSION, ...patch }
  await replaceFile(join(dir, META_FILE), [new TextEncoder().encode(`${JSON.stringify(merged, null, 2)}\n`)])
}

/** What meta.json says so far; null when there is none, or none that can be read. */
export async function readMeta(dir: string): Promise<Partial<RecordingMeta> | null> {
  const outcome = await readMetaFile(dir)
  return outcome.kind === 'meta' ? outcome.meta : null
}

const SHAPES: Readonly<Record<string, Guard>> = {
  id: isText,
  tool: isObject,
  startedAt: isText,
  durationMs: isNumber,
  command: orNull(isList),
  service: isObject,
  host: orNull(isObject),
  gpus: listOf(isObject),
  clock: objectOf({ monotonicOriginMs: isNumber, wallClockOriginMs: isNumber }),
  sla: orNull(isObject),
  load: orNull(isObject),
  ownTraffic: orNull(objectOf({ path: isText, fromMs: isNumber, toMs: isNumber })),
  pipeline: isObject,
  processes: listOf(isObject),
  sealed: objectOf({ journals: listOf(isObject) }),
  threads: listOf(isObject),
  profiles: listOf(isObject),
  gaps: listOf(isObject),
}
