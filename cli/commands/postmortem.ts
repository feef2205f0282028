import { Command } from 'commander'
import { DiagError } from '../../core/errors.js'
import { collect } from '../options/collect.js'

type PostmortemFlags = {
  readonly after?: string
  readonly set: readonly string[]
  readonly output?: string
  readonly force?: boolean
  readonly json?: boolean
}

export function postmortemCommand(): Command {
  return new Command('postmortem')
    .description('write a Markdown postmortem of a recording, with charts as SVG files beside it')
    .argument('<recording>', 'directory written by infer-diag record')
    .option('--after <recording>', 'what was measured once a fix was in')
    .option('--set <change>', 'the fix as what-if takes it: predicted beside measured; repeatable', collect, [])
    .option('-o, --output <dir>', 'where it goes (default: <recording>-postmortem)')
    .option('--force', 'replace the postmortem that is there')
    .option('--json', 'print {"document": path, "charts": [paths]} instead of a sentence')
    .addHelpText(
      'after',
      '\nExample:\n  infer-diag postmortem slow-friday --after fixed-monday \\\n    --set batch.waitMs=5 -o incident-42',
    )
    .action(async (directory: string, { set, ...options }: PostmortemFlags) => {
      if (set.length > 0 && options.after === undefined) {
        throw new DiagError('usage', '--set needs --after', 'name the recording that was made with the fix')
      }
      const { openRecording } = await import('../../formats/index.js')
      const { diagnoseWith, openWithVerification } = await import('../recording/kept-verification.js')
      const { verifyChanges } = await import('../../core/verify.js')
      const { writePostmortem } = await import('../recording/postmortem.js')
      const { prepareOutputDirectory, written } = await import('../output-file.js')
      const { recording, kept } = await openWithVerification(directory)
      const after = options.after === undefined ? null : await openRecording(options.after)
      // What the recording keeps says nothing of another second recording than its own.
      const own = after === null || after.meta.id === kept?.recordings.after ? kept?.verification : undefined
      const verification = after !== null && set.length > 0 ? verifyChanges(recording, after, set) : own
      const place = options.output ?? `${directory.replace(/[/\\]+$/, '')}-postmortem`
      prepareOutputDirectory(place, 'postmortem.md', options.force === true)
      const files = writePostmortem(recording, after, place, diagnoseWith(recording, verification))
      process.stdout.write(options.json === true ? `${JSON.stringify(files)}\n` : written('postmortem', files.document))
    })
}
