import type { Charts } from '../core/model/charts.js'
import type { Diagnosis } from '../core/model/diagnosis.js'
import { loadAssets } from './assets.js'
import { renderPage } from './page.js'

/** What a report is made of. */
export type ReportInput = { readonly diagnosis: Diagnosis; readonly charts: Charts }

/**
 * One self-contained HTML file: no network, opens from disk, readable without JavaScript.
 * Every string that came from the service is escaped.
 */
export function renderReport(input: ReportInput): string {
  return renderPage(input, loadAssets()).toString()
}
