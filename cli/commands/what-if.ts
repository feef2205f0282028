import { Command } from 'commander'
import { collect } from '../options/collect.js'

export function whatIfCommand(): Command {
  return new Command('what-if')
    .description('simulate a change of a recorded service: p50, p95, p99 with an interval')
    .argument('<recording>', 'directory written by infer-diag record')
    .option('--set <change>', 'stage.deserialize=0.1x, batch.max=16, ...; repeatable, all together', collect, [])
    .option('--json', 'print the prediction as one JSON document')
    .addHelpText(
      'after',
      '\nChanges: stage.<name>=0.1x or =2ms, batch.max=16, batch.waitMs=5,\n' +
        '  batch.release=idle, workers.<stage>=4, processes=2, instances=2,\n' +
        '  device.speed=1.5x, cpu.speed=1.3x, load=1.2x, rate=300\n' +
        '\nExample:\n  infer-diag what-if infer-diag-recording-1 --set stage.deserialize=0.1x \\\n    --set batch.waitMs=5',
    )
    .action(async (directory: string, options: { set: readonly string[]; json?: boolean }) => {
      const { factsOf } = await import('../../core/facts/fact.js')
      const { whatIf } = await import('../../core/sim/what-if/predict.js')
      const { openRecording } = await import('../../formats/index.js')
      const result = whatIf(factsOf(await openRecording(directory)), options.set)
      if (options.json === true) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
      if ('withheld' in result) {
        const { withheldPrediction } = await import('../withheld-prediction.js')
        throw withheldPrediction(result.withheld, directory)
      }
      if (options.json === true) return
      const { showWhatIf } = await import('../terminal/what-if-view.js')
      const { paintFor } = await import('../terminal/paint.js')
      process.stdout.write(showWhatIf(result, directory, paintFor(process.stdout)))
    })
}
