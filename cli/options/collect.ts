/** For an option that may come several times: all of its values, in order. */
export function collect(value: string, values: readonly string[] = []): string[] {
  return [...values, value]
}
