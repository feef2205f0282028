// What the agent costs while nobody asks anything: CPU of an idle service without and with the agent, both alive at once.
// usage: npm run build && node test/bench/idle-cost.mjs [--rounds 5] [--seconds 5]
import { readdirSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { agentEnvironment } from '../../dist/cli/recording/agent-environment.js'
import { machine, median, startService } from './process-cost.mjs'

const SERVICE = `require('node:http').createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1', function () {
  console.log('listening on http://127.0.0.1:' + this.address().port)
})`

const text = (initial) => ({ type: 'string', default: initial })
const { values } = parseArgs({ options: { rounds: text('5'), seconds: text('5') } })
const command = [process.execPath, '-e', SERVICE]
const services = {
  bare: await startService(command),
  agent: await startService(command, (directory) => agentEnvironment(process.env, directory, null)),
}
for (const { url } of Object.values(services)) await (await fetch(url)).text()
console.log(machine())
// Until what starting costs is over.
await sleep(2000)
const msPerSecond = { bare: [], agent: [] }
for (let round = 0; round < Number(values.rounds); round++) {
  const startMs = performance.now()
  const before = { bare: cpuMs(services.bare.pid), agent: cpuMs(services.agent.pid) }
  await sleep(Number(values.seconds) * 1000)
  for (const name of Object.keys(services)) {
    const usedMs = cpuMs(services[name].pid) - before[name]
    msPerSecond[name].push((1000 * usedMs) / (performance.now() - startMs))
  }
}
for (const [name, each] of Object.entries(msPerSecond)) {
  const rounds = each.map((ms) => ms.toFixed(2)).join(', ')
  console.log(`${name}: ${median(each).toFixed(2)} ms of CPU a second (${rounds})`)
}
for (const service of Object.values(services)) await service.stop()

/** Time on a core of all its threads, which the kernel counts in ns: ticks of 10 ms say nothing about so little. */
function cpuMs(pid) {
  const tasks = readdirSync(`/proc/${pid}/task`)
  return tasks.reduce((sum, task) => {
    return sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]) / 1e6
  }, 0)
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
