import { Command } from 'commander'
import { collect } from '../options/collect.js'

type TuneFlags = {
  readonly sla?: string
  readonly try: readonly string[]
  readonly output?: string
  readonly force?: boolean
  readonly json?: boolean
}

export function tuneCommand(): Command {
  return new Command('tune')
    .description('search the changes that bring a recorded service under its SLA without adding instances')
    .argument('<recording>', 'directory written by infer-diag record')
    .option('--sla <targets>', 'p95=120ms, which alone is predicted; by default the SLA of the recording')
    .option('--try <change>', 'a change to try instead of the built-in ones of its kind; repeatable', collect, [])
    .option('-o, --output <file>', 'write the ranked changes and the p95 surface as one HTML file as well')
    .option('--force', 'replace the file that is there')
    .option('--json', 'print what was found as one JSON document')
    .addHelpText(
      'after',
      '\nExample:\n  infer-diag tune infer-diag-recording-1 --sla p95=120ms -o tune.html\n' +
        '  infer-diag tune infer-diag-recording-1 --try stage.deserialize=0.05x \\\n    --try batch.max=32',
    )
    .action(async (directory: string, options: TuneFlags) => {
      const { factsOf } = await import('../../core/facts/fact.js')
      const { tune } = await import('../../core/sim/tune/tune.js')
      const { parseSlaP95Ms } = await import('../options/sla.js')
      const { openRecording } = await import('../../formats/index.js')
      const slaP95Ms = options.sla === undefined ? undefined : parseSlaP95Ms(options.sla)
      const facts = factsOf(await openRecording(directory))
      const result = tune(facts, { tried: options.try, ...(slaP95Ms === undefined ? {} : { slaP95Ms }) })
      if (options.json === true) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
      if ('withheld' in result) {
        const { withheldPrediction } = await import('../withheld-prediction.js')
        throw withheldPrediction(result.withheld, directory)
      }
      const { writeOutputFile, written } = await import('../output-file.js')
      if (options.output !== undefined) {
        const { renderTuningOf } = await import('../recording/report.js')
        await writeOutputFile(options.output, renderTuningOf(facts.recording, result), options.force === true)
      }
      if (options.json === true) return
      const { showTuning } = await import('../terminal/tuning-view.js')
      const { paintFor } = await import('../terminal/paint.js')
      process.stdout.write(showTuning(result, paintFor(process.stdout)))
      if (options.output !== undefined) process.stdout.write(`\n  ${written('ranked changes', options.output)}`)
    })
}
