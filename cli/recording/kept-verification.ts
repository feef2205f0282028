import { diagnose } from '../../core/diagnose.js'
import type { Diagnosis } from '../../core/model/diagnosis.js'
import type { Recording } from '../../core/model/recording.js'
import type { Verification } from '../../core/model/verification.js'
import { type KeptVerification, openRecording, readVerification } from '../../formats/index.js'

export type Opened = { readonly recording: Recording; readonly kept: KeptVerification | null }

/** A recording with what its directory keeps of changes that were made after it. One that cannot be read is a gap of it. */
export async function openWithVerification(directory: string): Promise<Opened> {
  const recording = await openRecording(directory)
  const found = await readVerification(directory, recording.meta.id)
  if (found === null || 'verification' in found) return { recording, kept: found }
  return { recording: { ...recording, gaps: [...recording.gaps, found] }, kept: null }
}

/** The Diagnosis of a recording and, where there is one, the verification of its changes. */
export function diagnoseWith(recording: Recording, verification: Verification | undefined): Diagnosis {
  return { ...diagnose(recording), ...(verification !== undefined && { verification }) }
}
