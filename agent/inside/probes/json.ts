import { SPAN_ERROR } from '../../../core/model/journal-layout.js'
import { nowMs } from '../clock.js'
import type { Observation, Undo } from '../observation.js'
import { replaceMethod, undoAll } from '../replaced-method.js'
import { currentContext } from '../request-context.js'

/** Times JSON.parse and JSON.stringify of texts at or above a size floor, as `deserialize` and `serialize`. */
export function json({ recorder, jsonFloorBytes }: Observation): Undo {
  const parse = JSON.parse
  const stringify = JSON.stringify

  const timedParse: typeof JSON.parse = (text, reviver) => {
    const bytes = sizeOf(text)
    if (bytes < jsonFloorBytes) return parse(text, reviver)
    const context = currentContext()
    const startMs = nowMs()
    try {
      const value = parse(text, reviver)
      recorder.syncSpan('deserialize', context, 0, startMs, nowMs(), bytes)
      return value
    } catch (error) {
      recorder.syncSpan('deserialize', context, SPAN_ERROR, startMs, nowMs(), bytes)
      throw error
    }
  }

  const timedStringify = (value: unknown, replacer?: never, space?: string | number): string => {
    const startMs = nowMs()
    const text = stringify(value, replacer, space)
    if (text !== undefined && text.length >= jsonFloorBytes) {
      recorder.syncSpan('serialize', currentContext(), 0, startMs, nowMs(), text.length)
    }
    return text
  }

  const undos = [
    replaceMethod(JSON, 'parse', () => disguise(timedParse, parse)),
    replaceMethod(JSON, 'stringify', () => disguise(timedStringify, stringify)),
  ]
  return () => undoAll(undos)
}

// A text's UTF-16 length stands for its bytes: exact for ASCII, and free. JSON.parse also takes Buffers.
function sizeOf(text: unknown): number {
  if (typeof text === 'string') return text.length
  return text instanceof Uint8Array ? text.byteLength : 0
}

function disguise<F extends (...args: never[]) => unknown>(replacement: F, original: F): F {
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true })
  Object.defineProperty(replacement, 'length', { value: original.length, configurable: true })
  return replacement
}
