import { factsOf } from '../../core/facts/fact.js'
import { NO_STAGE, profileSamples } from '../../core/facts/profile-samples.js'
import type { CpuProfile, CpuProfileNode, Recording } from '../../core/model/recording.js'

/** [name, URL, line from 1]; '' and 0 for what V8 has no file of. */
export type Frame = readonly [name: string, url: string, line: number]

export const IDLE: readonly Frame[] = [['(idle)', '', 0]]

/** The nodes and samples of a profile, one sample for each stack, outermost caller first. */
export function profileOf(stacks: readonly (readonly Frame[])[]): Pick<CpuProfile, 'nodes' | 'samples'> {
  const nodes: (Omit<CpuProfileNode, 'children'> & { children: number[] })[] = []
  const ids = new Map<string, number>()
  const add = ([functionName, url, line]: Frame) => {
    const callFrame = { functionName, scriptId: '1', url, lineNumber: line - 1, columnNumber: line === 0 ? -1 : 0 }
    return nodes.push({ id: nodes.length + 1, callFrame, children: [] })
  }
  const root = add(['(root)', '', 0])
  const samples = stacks.map((stack) => {
    let at = root
    for (const frame of stack) {
      const key = `${at}\n${frame.join('\n')}`
      const known = ids.get(key)
      const next = known ?? add(frame)
      if (known === undefined) {
        ids.set(key, next)
        nodes[at - 1]!.children.push(next)
      }
      at = next
    }
    return at
  })
  return { nodes, samples }
}

/** The recording, had its profile's samples caught these stacks wherever its loop was busy. `k` counts the busy samples. */
export function profiledAs(
  recording: Recording,
  stackOf: (stage: string | null, k: number) => readonly Frame[],
): Recording {
  const sampled = factsOf(recording).find(profileSamples) ?? []
  const profiles = sampled.map(({ window, stage }) => {
    const idle = window.profile.nodes.find(({ callFrame }) => callFrame.functionName === '(idle)')?.id
    let busy = 0
    const stacks = window.profile.samples.map((id, i) =>
      id === idle ? IDLE : stackOf(stage[i] === NO_STAGE ? null : recording.stages[stage[i]!]!, busy++),
    )
    return { ...window, profile: { ...window.profile, ...profileOf(stacks) } }
  })
  return { ...recording, profiles }
}
