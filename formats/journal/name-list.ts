import { NO_INDEX } from '../../core/model/recording.js'

export const UNKNOWN_NAME = '(unknown)'
/** Stands for every name beyond the 65,533 that a u16 column can tell apart. */
const OTHER_NAME = '(other)'

/** Distinct names in order of first appearance, for a u16 index column. */
export class NameList {
  readonly names: string[] = []
  readonly #index = new Map<string, number>()

  index(name: string): number {
    const known = this.#index.get(name)
    if (known !== undefined) return known
    if (this.names.length >= NO_INDEX - 1) return this.#index.get(OTHER_NAME) ?? this.#add(OTHER_NAME)
    return this.#add(name)
  }

  #add(name: string): number {
    const index = this.names.length
    this.names.push(name)
    this.#index.set(name, index)
    return index
  }
}

/** Translates a file's text ids, per thread, to indices of `list`; `none` is what id 0 means. */
export function textIndex(
  texts: readonly (readonly string[])[],
  list: NameList,
  none: number | string,
): (thread: number, id: number) => number {
  const cache: number[][] = []
  return (thread, id) => {
    if (id === 0 && typeof none === 'number') return none
    const known = cache[thread]?.[id]
    if (known !== undefined) return known
    const name = id === 0 ? String(none) : (texts[thread]?.[id] ?? UNKNOWN_NAME)
    cache[thread] ??= []
    cache[thread][id] = list.index(name)
    return cache[thread][id]
  }
}
