import { Command } from 'commander'

export function postmortemCommand(): Command {
  return new Command('postmortem')
    .description('write a Markdown postmortem of a recording, with charts as SVG files beside it')
    .argument('<recording>', 'directory written by infer-diag record')
    .option('--after <recording>', 'what was measured once a fix was in')
    .option('-o, --output <dir>', 'where it goes (default: <recording>-postmortem)')
    .option('--json', 'print {"document": path, "charts": [paths]} instead of a sentence')
    .addHelpText('after', '\nExample:\n  infer-diag postmortem slow-friday --after fixed-monday -o incident-42')
    .action(async (directory: string, options: { after?: string; output?: string; json?: boolean }) => {
      const { openRecording } = await import('../../formats/index.js')
      const { writePostmortem } = await import('../recording/postmortem.js')
      const recording = await openRecording(directory)
      const after = options.after === undefined ? null : await openRecording(options.after)
      const written = writePostmortem(
        recording,
        after,
        options.output ?? `${directory.replace(/[/\\]+$/, '')}-postmortem`,
      )
      process.stdout.write(
        options.json === true ? `${JSON.stringify(written)}\n` : `postmortem written to ${written.document}\n`,
      )
    })
}
