#!/usr/bin/env node
import { exitWith } from './exit-codes.js'
import { reportFailure } from './failure.js'
import { runProgram } from './program.js'

// `infer-diag diagnose x | head`: the reader left, which is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => exitWith(error.code === 'EPIPE' ? 'done' : 'unwritable'))
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => exitWith(reportFailure(error)))
}

exitWith(await runProgram(process.argv))
