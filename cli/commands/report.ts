import { join } from 'node:path'
import { Command } from 'commander'

export function reportCommand(): Command {
  return new Command('report')
    .description('write the HTML report of a recording: one file, works offline')
    .argument('<recording>', 'directory written by infer-diag record')
    .option('-o, --output <file>', 'where to write it (default: report.html in the recording)')
    .option('--force', 'replace the file that is there')
    .option('--json', 'print {"report": path} instead of a sentence')
    .addHelpText('after', '\nExample:\n  infer-diag report infer-diag-recording-1 -o slow-friday.html')
    .action(async (directory: string, options: { output?: string; force?: boolean; json?: boolean }) => {
      const { diagnoseWith, openWithVerification } = await import('../recording/kept-verification.js')
      const { renderRecording } = await import('../recording/report.js')
      const file = options.output ?? join(directory, 'report.html')
      const { writeOutputFile, written } = await import('../output-file.js')
      // The report inside its recording holds nothing that would be lost.
      const replace = options.force === true || options.output === undefined
      const { recording, kept } = await openWithVerification(directory)
      const report = renderRecording(recording, diagnoseWith(recording, kept?.verification))
      await writeOutputFile(file, report, replace)
      process.stdout.write(options.json === true ? `${JSON.stringify({ report: file })}\n` : written('report', file))
    })
}
