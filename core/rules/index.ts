import { jsonParsing } from './json-parsing.js'
import { poorBatchFullness } from './poor-batch-fullness.js'
import type { Rule } from './rule.js'

export const rules: readonly Rule[] = [jsonParsing, poorBatchFullness]
