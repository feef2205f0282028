import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { compareBatching } from '../../fixtures/scenarios/index.js'
import { renderBatching } from '../../viz/index.js'
import { prepareOutputDirectory } from '../output-file.js'
import { showBatching } from '../terminal/batching-view.js'
import { paintFor } from '../terminal/paint.js'
import { toolVersion } from '../tool.js'
import { makeScratchDirectory } from './scratch-directory.js'
import { withSession } from './session.js'

const RATES = [50, 100, 150, 200] as const
const WARM_UP_MS = 2000
const DURATION_MS = 10_000

/** Measures the service with and without batching at each rate, and writes `batching.html` and `batching.json` into `directory`. */
export async function demoBatching(directory: string, force: boolean, json: boolean): Promise<void> {
  const path = prepareOutputDirectory(directory, PAGE, force)
  const scratch = makeScratchDirectory()
  try {
    const comparison = await withSession(({ log, interruption }) =>
      compareBatching({
        rates: RATES,
        warmupMs: WARM_UP_MS,
        durationMs: DURATION_MS,
        dir: scratch.path,
        environment: process.env,
        log,
        signal: interruption.signal,
      }),
    )
    mkdirSync(path, { recursive: true })
    const page = join(path, PAGE)
    writeFileSync(join(path, 'batching.json'), `${JSON.stringify(comparison, null, 2)}\n`)
    writeFileSync(page, renderBatching({ comparison, tool: { name: 'infer-diag', version: toolVersion() } }))
    if (json) process.stdout.write(`${JSON.stringify(comparison, null, 2)}\n`)
    else
      process.stdout.write(`\n${showBatching(comparison, paintFor(process.stdout))}\n  page  ${relative('.', page)}\n`)
  } finally {
    scratch.remove()
  }
}

const PAGE = 'batching.html'
