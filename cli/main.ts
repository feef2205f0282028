#!/usr/bin/env node
import { exitWith } from './exit-codes.js'
import { reportFailure, unwritableOutput } from './failure.js'

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `infer-diag diagnose x | head`: the reader left, which is no fault, and no reason to forget the exit code.
  if (error.code !== 'EPIPE') exitWith(reportFailure(unwritableOutput(error, 'the output') ?? error))
})
process.stderr.on('error', () => {})
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => exitWith(reportFailure(error)))
}

// Not imported above, so that what fails while it is loaded is told like any other failure.
const { runProgram } = await import('./program.js')
const exit = await runProgram(process.argv)
// An error of the last write is told after its callback.
process.stdout.write('', () => setImmediate(() => exitWith(exit)))
