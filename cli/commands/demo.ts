import { Command } from 'commander'

export function demoCommand(): Command {
  return new Command('demo')
    .description('record and diagnose the reference service with a known fault, end to end (about a minute)')
    .argument('[scenario]', 'which one', 'mini-challenge')
    .option('-o, --output <dir>', 'where the recording goes (default: infer-diag-demo-<n>)')
    .option('--force', 'replace the recording that is there')
    .option('--json', 'print the Diagnosis as one JSON document')
    .addHelpText('after', '\nExample:\n  infer-diag demo --json | jq .culprit')
    .action(async (name: string, options: { output?: string; force?: boolean; json?: boolean }) => {
      const { recordDemo } = await import('../recording/demo.js')
      const { freeDirectoryName, prepareRecordingDirectory } = await import('../recording/recording-directory.js')
      const directory = options.output ?? freeDirectoryName('.', 'infer-diag-demo')
      await recordDemo(name, () => prepareRecordingDirectory(directory, options.force === true), {
        json: options.json === true,
        checkSla: false,
      })
    })
}
