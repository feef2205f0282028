import { type CallFrame, locationOf, originOf, packageOf, pathOf } from '../model/call-frame.js'
import type { CodePlace, HotFunction } from '../model/evidence.js'
import type { CodeNode } from './code-tree.js'

/** Longer ones, which minified and generated code has, would be a sentence of their own. */
const LONGEST_NAME = 48
const LONGEST_LOCATION = 64

const OTHER: ReadonlyMap<CodeNode['kind'], string> = new Map([
  ['runtime', 'Node.js itself'],
  ['native', 'native code outside JavaScript'],
  ['collector', 'garbage collector'],
  ['agent', 'infer-diag agent'],
])

/** Names functions and their places as an owner of the service would, relative to the directory that all of its code is in. */
export class CodePlaces {
  readonly #directory: string

  constructor(nodes: readonly CodeNode[]) {
    const paths = nodes.filter(({ kind }) => kind === 'service').map(({ frame }) => pathOf(frame.url))
    this.#directory = commonDirectory(paths)
  }

  describe(node: CodeNode, share: number): HotFunction {
    const { kind, frame, calledFrom, caller } = node
    const other = OTHER.get(kind)
    if (other !== undefined) {
      return { kind: 'other', name: other, location: '', package: null, calledFrom: null, share }
    }
    const enters = kind === 'package' && caller?.kind === 'service' ? caller.frame : null
    const from = calledFrom ?? enters
    return {
      kind: kind === 'builtin' ? 'builtin' : 'function',
      ...this.#placeOf(frame),
      calledFrom: from === null ? null : this.#placeOf(from),
      share,
    }
  }

  #placeOf(frame: CallFrame): CodePlace {
    const name = frame.functionName.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
    return {
      name: name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name,
      location: this.#locationOf(frame),
      package: packageOf(frame),
    }
  }

  #locationOf(frame: CallFrame): string {
    const path = pathOf(frame.url)
    const within = path.slice(this.#directory.length)
    const short = locationOf(frame)
    const inside = originOf(frame) === 'service' && path.startsWith(this.#directory)
    const location = inside && within.length + 1 < short.length ? `${within}:${frame.lineNumber + 1}` : short
    return location.length > LONGEST_LOCATION ? `…${location.slice(1 - LONGEST_LOCATION)}` : location
  }
}

/** With its last slash; '' where the paths have none in common. */
function commonDirectory([first = '', ...others]: readonly string[]): string {
  let directory = first.slice(0, first.lastIndexOf('/') + 1)
  for (const path of others) {
    while (!path.startsWith(directory)) directory = directory.slice(0, -1).replace(/[^/]*$/, '')
  }
  return directory
}
