/** @throws Error that calls what the text should have been `noun` ("a profile"). */
export function parseJson(text: string, noun: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`not JSON: cut short, or not ${noun}`)
  }
}

/** Whether a value parsed from JSON has the documented type. */
export type Guard = (value: unknown) => boolean

export const isText: Guard = (value) => typeof value === 'string'
export const isNumber: Guard = (value) => typeof value === 'number'
export const isList: Guard = Array.isArray
export const isObject: Guard = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

export const orNull =
  (guard: Guard): Guard =>
  (value) =>
    value === null || guard(value)

export const listOf =
  (guard: Guard): Guard =>
  (value) =>
    Array.isArray(value) && value.every(guard)

/** An object with these fields at least. */
export const objectOf =
  (fields: Readonly<Record<string, Guard>>): Guard =>
  (value) =>
    isObject(value) && Object.keys(fields).every((key) => fields[key]!((value as Record<string, unknown>)[key]))
