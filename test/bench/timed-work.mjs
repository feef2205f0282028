// Preloaded into a service that a benchmark loads (`--import`): how fast the main thread's core is, by the agent's fixed piece of work,
// appended to the file that WORK_TIMES names as lines of monotonic ms and us. With the agent and without it, so that both cost as much.
import { appendFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { fixedWorkMs } from '../../dist/agent/inside/core-speed.js'

const EVERY_MS = 20
const WRITE_EVERY_MS = 500

const file = process.env.WORK_TIMES
if (isMainThread && file !== undefined) {
  let lines = ''
  setInterval(() => {
    lines += `${Number(process.hrtime.bigint()) / 1e6} ${1000 * fixedWorkMs()}\n`
  }, EVERY_MS).unref()
  setInterval(() => {
    appendFileSync(file, lines)
    lines = ''
  }, WRITE_EVERY_MS).unref()
}
