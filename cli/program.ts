import { type AddHelpTextContext, Command, CommanderError, type Option } from 'commander'
import { DiagError } from '../core/errors.js'
import { COMMANDS } from './commands/index.js'
import { describeExitCodes, type ExitName } from './exit-codes.js'
import { reportFailure } from './failure.js'
import { toolVersion } from './tool.js'

/** Parses the command line, runs the command and says how to exit. Never throws. */
export async function runProgram(argv: readonly string[]): Promise<ExitName> {
  const program = createProgram()
  try {
    await program.parseAsync(argv)
    return 'done'
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFailure(error)
    return error.exitCode === 0 ? 'done' : 'usage'
  }
}

function createProgram(): Command {
  const program = new Command('infer-diag')
    .description('Lighthouse for ML inference services: names what holds the p95 back, and shows the evidence.')
    .version(toolVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText('beforeAll', refuseUnknownCommand)
    .addHelpText('after', `\nExample:\n  infer-diag demo\n\n${describeExitCodes()}`)
  for (const command of COMMANDS) program.addCommand(command())
  for (const group of withSubcommands(program).filter(({ commands }) => commands.length > 0)) {
    group.addCommand(helpCommand(group))
  }
  for (const command of withSubcommands(program)) {
    command
      .hook('preAction', (_, command) => refuseEmptyValues(command))
      .exitOverride((error) => {
        throw asks(error) ? error : usageError(error, command)
      })
      .showSuggestionAfterError()
      .configureOutput({ outputError: () => {} })
      .configureHelp({ optionDescription: describeOption })
      .helpOption('-h, --help', 'show help')
  }
  return program
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)]
}

/** `help plan batch` is `plan batch --help`: commander's own stops at the first name. */
function helpCommand(group: Command): Command {
  return new Command('help')
    .description('show the help of a command')
    .argument('[command...]')
    .action(async (names: string[]) => {
      await group.parseAsync([...names, '--help'], { from: 'user' })
    })
}

/** Where there is no such command, commander shows the help of its group: without the wish for help it is refused. */
function refuseUnknownCommand({ command }: AddHelpTextContext): string {
  const [name] = command.args
  if (command.commands.length > 0 && name !== undefined && !name.startsWith('-')) {
    command.parse([name], { from: 'user' })
  }
  return ''
}

/** An unset variable of a script, as in `-o "$OUT"`, would mean the current directory. */
function refuseEmptyValues(command: Command): void {
  const empty = command.options.find((option) => command.getOptionValue(option.attributeName()) === '')
  const argument = command.args.findIndex((value, at) => value === '' && !command.registeredArguments[at]?.variadic)
  const what = empty?.long ?? (argument < 0 ? undefined : `<${command.registeredArguments[argument]?.name()}>`)
  if (what === undefined) return
  throw new DiagError('usage', `${what} is empty`, `leave it out, or give it a value: see ${pathOf(command)} --help`)
}

/** `infer-diag plan batch`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}

/** Help or version was asked for, or no command given: commander has printed it already. */
function asks(error: CommanderError): boolean {
  return error.exitCode === 0 || error.code === 'commander.help'
}

function describeOption(option: Option): string {
  const { description, defaultValue } = option
  return typeof defaultValue === 'string' ? `${description} (default: ${defaultValue})` : description
}

/** commander's "error: unknown option '--rat'\n(Did you mean --rate?)" in our words. */
function usageError(error: CommanderError, command: Command): DiagError {
  const [fact = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = /\(Did you mean (.+)\?\)/.exec(rest.join(' '))?.[1]
  const help = error.code === 'commander.conflictingOption' ? 'drop one of the two' : `see ${pathOf(command)} --help`
  const hint = suggestion === undefined ? help : `did you mean ${suggestion}?`
  return new DiagError('usage', fact.replace(/\.$/, '').replace('. Expected', ': expected'), hint)
}
