import { Command } from 'commander'
import { collect } from '../options/collect.js'

type CompareFlags = {
  readonly set: readonly string[]
  readonly output?: string
  readonly force?: boolean
  readonly check?: boolean
  readonly json?: boolean
}

export function compareCommand(): Command {
  return new Command('compare')
    .description('say whether a service got better or worse from one recording to another')
    .argument('<before>', 'directory written by infer-diag record')
    .argument('<after>', 'another one, of the same requests at the same rate')
    .option(
      '--set <change>',
      'a change that was made in between, as what-if takes it: says what it was predicted to bring, and brought; repeatable',
      collect,
      [],
    )
    .option('-o, --output <file>', 'write the comparison as one HTML file as well')
    .option('--force', 'replace the file that is there')
    .option('--check', 'exit 9 when it got worse')
    .option('--json', 'print the Comparison as one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  infer-diag compare main-recording branch-recording --check\n' +
        '  infer-diag compare json-recording binary-recording \\\n    --set stage.deserialize=0.02x',
    )
    .action(async (before: string, after: string, options: CompareFlags) => {
      const { openRecording } = await import('../../formats/index.js')
      const { compareRecordings } = await import('../../core/compare/index.js')
      const [was, is] = [await openRecording(before), await openRecording(after)]
      const { verifyChanges } = await import('../../core/verify.js')
      const comparison = {
        ...compareRecordings(was, is),
        ...(options.set.length > 0 && { verification: verifyChanges(was, is, options.set) }),
      }
      const { writeOutputFile, written } = await import('../output-file.js')
      if (options.output !== undefined) {
        const { renderComparisonOf } = await import('../recording/report.js')
        await writeOutputFile(options.output, renderComparisonOf(was, is, comparison), options.force === true)
      }
      if (options.json === true) process.stdout.write(`${JSON.stringify(comparison, null, 2)}\n`)
      else {
        const { showComparison } = await import('../terminal/comparison-view.js')
        const { paintFor } = await import('../terminal/paint.js')
        process.stdout.write(showComparison(comparison, paintFor(process.stdout)))
        if (options.output !== undefined) process.stdout.write(`\n  ${written('comparison', options.output)}`)
      }
      if (options.check === true) {
        const { checkRegression } = await import('../regression.js')
        checkRegression(comparison, { before, after })
      }
    })
}
