import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, normalize } from 'node:path'
import type { Recording } from '../core/model/recording.js'
import { writeMetaFile } from './meta/meta-file.js'
import { sealedMeta } from './seal.js'

/**
 * Writes a recording that is in memory as a sealed one, into a directory that it creates, and takes back when that fails.
 * Profiles keep their file names.
 */
export async function writeRecording(dir: string, recording: Recording): Promise<void> {
  const isNew = (await mkdir(dir, { recursive: true })) !== undefined
  try {
    await fill(dir, recording)
  } catch (error) {
    // Why it failed says more than why it could not be taken back.
    if (isNew) await rm(dir, { recursive: true, force: true }).catch(() => {})
    throw error
  }
}

async function fill(dir: string, recording: Recording): Promise<void> {
  for (const { file, profile } of recording.profiles) {
    const path = join(dir, normalize(file))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, JSON.stringify(profile))
  }
  const meta = sealedMeta(recording, [])
  const { writeTables } = await import('./arrow/sealed-recording.js')
  const tables = await writeTables(dir, recording, meta)
  await writeMetaFile(dir, { ...meta, sealed: { journals: [], tables } })
}
