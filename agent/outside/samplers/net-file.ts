import { ProcFile } from './proc-file.js'
import type { SamplingContext } from './sampler.js'

/**
 * A file of /proc/<pid>/net, in the network namespace of the first process of the tree. The open file outlives that
 * process. '' before there is one.
 */
export function netFile(context: SamplingContext, name: string): { read(): string; close(): void } {
  let file: ProcFile | null = null
  return {
    read() {
      const first = context.tree.processes.at(0)
      if (!file && first) file = new ProcFile(`${context.procRoot}/${first.pid}/net/${name}`)
      return file?.read() ?? ''
    },
    close: () => file?.close(),
  }
}
