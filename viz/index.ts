import { loadAssets } from './assets.js'
import { type ReportInput, renderPage } from './page.js'

/**
 * One self-contained HTML file: no network, opens from disk, readable without JavaScript.
 * Every string that came from the service is escaped.
 */
export function renderReport(input: ReportInput): string {
  return renderPage(input, loadAssets()).toString()
}
