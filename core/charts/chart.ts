import type { Chart } from '../model/charts.js'

export function available<T>(chart: T): Chart<T> {
  return { available: true, chart }
}

export function unavailable(reason: string): { readonly available: false; readonly reason: string } {
  return { available: false, reason }
}

/** A chart that fails leaves its reason in its place: one bug must not lose the whole report. */
export function attempt<T>(draw: () => Chart<T>): Chart<T> {
  try {
    return draw()
  } catch (error) {
    return unavailable(`drawing failed: ${error instanceof Error ? error.message : String(error)}`)
  }
}
