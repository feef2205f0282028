import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Gap, VERIFICATION_GAP } from '../core/model/gap.js'
import { scoreVerification, type Verification } from '../core/model/verification.js'
import { replaceFile } from './file-replacement.js'
import { FORMAT_VERSION } from './meta/default-meta.js'
import { checkVersion } from './meta/meta-file.js'
import { type Guard, isText, listOf, objectOf, orNull, parseJson } from './shape.js'
import { causeOf, errnoOf } from './unreadable.js'

const VERIFICATION_FILE = 'verification.json'

export type KeptVerification = {
  readonly verification: Verification
  /** Ids of the recording that the prediction rests on, and of the one with the changes. */
  readonly recordings: { readonly before: string; readonly after: string }
}

/** Keeps a verification in the directory of the recording before. Atomic. */
export async function writeVerification(dir: string, { verification, recordings }: KeptVerification): Promise<void> {
  const content = { formatVersion: FORMAT_VERSION, recordings, ...verification }
  await replaceFile(join(dir, VERIFICATION_FILE), [new TextEncoder().encode(`${JSON.stringify(content, null, 2)}\n`)])
}

/**
 * What a recording's directory keeps of changes that were made after it; null when there is nothing. A file that is cut
 * short, foreign, of another recording than `id` or of a newer version becomes a gap: the recording is still good.
 */
export async function readVerification(dir: string, id: string): Promise<KeptVerification | Gap | null> {
  try {
    return parseVerification(await readFile(join(dir, VERIFICATION_FILE), 'utf8'), id)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    const reason = `${VERIFICATION_FILE} could not be read: ${causeOf(error)}`
    return { kind: VERIFICATION_GAP, count: 1, fromMs: Number.NaN, toMs: Number.NaN, reason }
  }
}

/** @throws Error saying what is wrong with the file. */
function parseVerification(text: string, id: string): KeptVerification {
  const value = parseJson(text, 'a verification')
  if (!isVersioned(value)) throw new Error('not a verification: formatVersion, a whole number, is wanted')
  checkVersion('it', (value as { formatVersion: number }).formatVersion)
  if (!isKept(value)) throw new Error('not a verification: a field is missing or not of the documented type')
  const { recordings, changes, assumptions, before, predicted, measured, slaMet } = value as FileContent
  if (recordings.before !== id) throw new Error(`it belongs to recording ${recordings.before}, this one is ${id}`)
  // Scored anew, so that what is said of the prediction fits its numbers.
  const verification = scoreVerification({ changes, assumptions, before, predicted, measured, slaMet })
  return { verification, recordings: { before: recordings.before, after: recordings.after } }
}

type FileContent = Verification & Pick<KeptVerification, 'recordings'>

const isLatency: Guard = (value) => Number.isFinite(value) && (value as number) > 0
const isInterval: Guard = (value) => {
  if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isFinite)) return false
  return value[0] >= 0 && value[0] <= value[1]
}
const latencies = { p50Ms: orNull(isLatency), p95Ms: orNull(isLatency), p99Ms: orNull(isLatency) }

const isVersioned = objectOf({ formatVersion: (value) => Number.isInteger(value) && (value as number) > 0 })

const isPrediction = objectOf({ p50Ms: isLatency, p95Ms: isLatency, p99Ms: isLatency, p95IntervalMs: isInterval })
const isWithheld = objectOf({ withheld: isText })

const isKept = objectOf({
  recordings: objectOf({ before: isText, after: isText }),
  changes: (value) => listOf(objectOf({ change: isText, title: isText }))(value) && (value as []).length > 0,
  assumptions: listOf(isText),
  before: objectOf(latencies),
  predicted: (value) => isPrediction(value) || isWithheld(value),
  measured: objectOf({ ...latencies, p95IntervalMs: orNull(isInterval) }),
  slaMet: orNull((value) => typeof value === 'boolean'),
})
