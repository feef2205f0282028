import type { Command } from 'commander'
import { compareCommand } from './compare.js'
import { demoCommand } from './demo.js'
import { diagnoseCommand } from './diagnose.js'
import { loadCommand } from './load.js'
import { planCommand } from './plan.js'
import { postmortemCommand } from './postmortem.js'
import { recordCommand } from './record.js'
import { reportCommand } from './report.js'
import { tuneCommand } from './tune.js'
import { whatIfCommand } from './what-if.js'

/** Every command, in the order that --help lists them. A command's file defines options and loads its work lazily. */
export const COMMANDS: readonly (() => Command)[] = [
  recordCommand,
  diagnoseCommand,
  reportCommand,
  compareCommand,
  postmortemCommand,
  loadCommand,
  whatIfCommand,
  tuneCommand,
  planCommand,
  demoCommand,
]
