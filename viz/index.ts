import type { LoadReport } from '../core/model/load-report.js'
import { loadAssets } from './assets.js'
import { type BatchingInput, renderBatchingPage } from './batching-page.js'
import { type ComparisonInput, renderComparisonPage } from './comparison-page.js'
import { renderLoadPage } from './load-page.js'
import { type ReportInput, renderPage } from './page.js'
import { type PlanInput, renderPlanPage } from './plan-page.js'
import { renderTuningPage, type TuningInput } from './tuning-page.js'

/**
 * One self-contained HTML file: no network, opens from disk, readable without JavaScript.
 * Every string that came from the service is escaped.
 */
export function renderReport(input: ReportInput): string {
  return renderPage(input, loadAssets()).toString()
}

/** The same for two recordings: what changed from one to the other. */
export function renderComparison(input: ComparisonInput): string {
  return renderComparisonPage(input, loadAssets()).toString()
}

/** The same for a service with batching against one without. */
export function renderBatching(input: BatchingInput): string {
  return renderBatchingPage(input, loadAssets()).toString()
}

/** A capacity plan with its charts. */
export function renderPlan(input: PlanInput): string {
  return renderPlanPage(input, loadAssets()).toString()
}

/** What `infer-diag load` found out. */
export function renderLoadReport(report: LoadReport): string {
  return renderLoadPage(report, loadAssets()).toString()
}

/** The same for a search of changes. */
export function renderTuning(input: TuningInput): string {
  return renderTuningPage(input, loadAssets()).toString()
}
