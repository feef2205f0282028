import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { listenerOf, portsOf } from './listening-sockets.js'
import { livingProcesses, processTree } from './process-tree.js'

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** Prints the pid of a grandchild that left the process group and lost its parent. */
const ESCAPING = `
  const { spawn } = require('node:child_process')
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
  console.log(child.pid)
  process.exit(0)`

describe.runIf(process.platform === 'linux')('livingProcesses', () => {
  it('finds a child that left the group and lost its parent, by what its environment carries', async () => {
    const env = { ...process.env, MARK: 'of-this-test' }
    const parent = spawn(process.execPath, ['-e', ESCAPING], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    started.push(parent)
    const [printed] = await once(parent.stdout!, 'data')
    const escaped = Number(String(printed))
    await once(parent, 'exit')
    expect(processTree(parent.pid!)).toEqual([])
    expect(livingProcesses(parent.pid!, 'MARK=of-this-test').map(({ pid }) => pid)).toEqual([escaped])
    expect(livingProcesses(parent.pid!, 'MARK=of-this-tes')).toEqual([])
    process.kill(escaped, 'SIGKILL')
  })

  it('finds children of children', async () => {
    const script = `require('node:child_process').spawn('sleep', ['30'], { stdio: 'inherit' }); console.log('up'); setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'], detached: true })
    started.push(parent)
    await once(parent.stdout!, 'data')
    expect(processTree(parent.pid!)).toHaveLength(2)
    process.kill(-parent.pid!, 'SIGKILL')
  })
})

describe.runIf(process.platform === 'linux')('listening sockets', () => {
  it('finds the process behind a port, and the ports of a process', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect(listenerOf(port)).toBe(process.pid)
    expect(portsOf([process.pid])).toContain(port)
    server.close()
    await once(server, 'close')
    expect(listenerOf(port)).toBe(null)
  })
})
