import { Command } from 'commander'

type PostmortemFlags = {
  readonly after?: string
  readonly output?: string
  readonly force?: boolean
  readonly json?: boolean
}

export function postmortemCommand(): Command {
  return new Command('postmortem')
    .description('write a Markdown postmortem of a recording, with charts as SVG files beside it')
    .argument('<recording>', 'directory written by infer-diag record')
    .option('--after <recording>', 'what was measured once a fix was in')
    .option('-o, --output <dir>', 'where it goes (default: <recording>-postmortem)')
    .option('--force', 'replace the postmortem that is there')
    .option('--json', 'print {"document": path, "charts": [paths]} instead of a sentence')
    .addHelpText('after', '\nExample:\n  infer-diag postmortem slow-friday --after fixed-monday -o incident-42')
    .action(async (directory: string, options: PostmortemFlags) => {
      const { openRecording } = await import('../../formats/index.js')
      const { writePostmortem } = await import('../recording/postmortem.js')
      const recording = await openRecording(directory)
      const after = options.after === undefined ? null : await openRecording(options.after)
      const { prepareOutputDirectory } = await import('../output-file.js')
      const place = options.output ?? `${directory.replace(/[/\\]+$/, '')}-postmortem`
      prepareOutputDirectory(place, 'postmortem.md', options.force === true)
      const written = writePostmortem(recording, after, place)
      process.stdout.write(
        options.json === true ? `${JSON.stringify(written)}\n` : `postmortem written to ${written.document}\n`,
      )
    })
}
