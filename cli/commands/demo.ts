import { Command } from 'commander'

type DemoCommandOptions = {
  readonly output?: string
  readonly force?: boolean
  readonly verify: boolean
  readonly json?: boolean
}

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'record and diagnose the reference service with a known fault, end to end; then make its two best fixes and measure again',
    )
    .argument(
      '[scenario]',
      'mini-challenge, mini-challenge-binary, or batching (with and without, at 50 to 200 requests/s)',
      'mini-challenge',
    )
    .option('-o, --output <dir>', 'where the recording goes (default: infer-diag-demo-<n>)')
    .option('--force', 'replace the recording that is there')
    .option('--no-verify', 'stop at the diagnosis, without making the two best fixes and measuring again')
    .option('--json', 'print the Diagnosis as one JSON document')
    .addHelpText('after', '\nExample:\n  infer-diag demo --json | jq .culprit')
    .action(async (name: string, options: DemoCommandOptions) => {
      if (name === 'batching') {
        const { demoBatching } = await import('../recording/batching-demo.js')
        const { freeDirectoryName } = await import('../recording/recording-directory.js')
        const directory = options.output ?? freeDirectoryName('.', 'infer-diag-demo')
        return demoBatching(directory, options.force === true, options.json === true)
      }
      const { recordDemo } = await import('../recording/demo.js')
      const { freeDirectoryName, prepareRecordingDirectory } = await import('../recording/recording-directory.js')
      const directory = options.output ?? freeDirectoryName('.', 'infer-diag-demo')
      await recordDemo(name, () => prepareRecordingDirectory(directory, options.force === true), {
        json: options.json === true,
        verify: options.verify,
      })
    })
}
