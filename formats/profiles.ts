import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import type { Gap } from '../core/model/gap.js'
import type { CpuProfile, ProfileWindow } from '../core/model/recording.js'
import { parseJson } from './shape.js'
import { causeOf } from './unreadable.js'

/** A profile window by its file, relative to the recording. */
export type NamedProfile = Omit<ProfileWindow, 'profile'>

/** Opens the .cpuprofile files. One that is missing, cut short or foreign becomes a gap: the rest is still good. */
export async function openProfiles(dir: string, named: readonly NamedProfile[], gaps: Gap[]): Promise<ProfileWindow[]> {
  const windows: ProfileWindow[] = []
  for (const window of named) {
    try {
      windows.push({ ...window, profile: await readProfile(dir, window.file) })
    } catch (error) {
      const { startMs: fromMs, endMs: toMs } = window
      gaps.push({ kind: 'profile', count: 1, fromMs, toMs, reason: `${window.file}: ${causeOf(error)}` })
    }
  }
  return windows.sort((a, b) => a.startMs - b.startMs)
}

/** @throws Error saying what is wrong with the file. */
async function readProfile(dir: string, file: string): Promise<CpuProfile> {
  const path = normalize(file)
  if (path.startsWith('..') || path.startsWith('/')) throw new Error('the file lies outside the recording')
  const value = parseJson(await readFile(join(dir, path), 'utf8'), 'a profile')
  if (!isCpuProfile(value)) throw new Error('not a CPU profile: nodes, samples and timeDeltas are wanted')
  return value
}

function isCpuProfile(value: unknown): value is CpuProfile {
  if (typeof value !== 'object' || value === null) return false
  const profile = value as Partial<Record<keyof CpuProfile, unknown>>
  return (
    Number.isFinite(profile.startTime) &&
    Number.isFinite(profile.endTime) &&
    isNumbers(profile.samples) &&
    isNumbers(profile.timeDeltas) &&
    profile.samples.length === profile.timeDeltas.length &&
    Array.isArray(profile.nodes) &&
    profile.nodes.every(isNode)
  )
}

function isNode(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { id, callFrame, children } = value as { id?: unknown; callFrame?: Record<string, unknown>; children?: unknown }
  return (
    Number.isInteger(id) &&
    typeof callFrame === 'object' &&
    callFrame !== null &&
    typeof callFrame.functionName === 'string' &&
    typeof callFrame.url === 'string' &&
    Number.isInteger(callFrame.lineNumber) &&
    (children === undefined || isNumbers(children))
  )
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number')
}
