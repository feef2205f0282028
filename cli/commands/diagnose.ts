import { Command } from 'commander'

export function diagnoseCommand(): Command {
  return new Command('diagnose')
    .description('say what holds the p95 of a recording back')
    .argument('<recording>', 'directory written by infer-diag record')
    .option('--json', 'print the Diagnosis as one JSON document')
    .addHelpText('after', '\nExample:\n  infer-diag diagnose infer-diag-recording-1 --json | jq .culprit')
    .action(async (directory: string, options: { json?: boolean }) => {
      const { diagnoseWith, openWithVerification } = await import('../recording/kept-verification.js')
      const { recording, kept } = await openWithVerification(directory)
      const diagnosis = diagnoseWith(recording, kept?.verification)
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify(diagnosis, null, 2)}\n`)
        return
      }
      const { showDiagnosis } = await import('../terminal/diagnosis-view.js')
      const { paintFor } = await import('../terminal/paint.js')
      process.stdout.write(
        showDiagnosis(diagnosis, { paint: paintFor(process.stdout), paths: { recording: directory } }),
      )
    })
}
