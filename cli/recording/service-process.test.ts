import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ServiceProcess } from './service-process.js'

let directory = ''
let service: ServiceProcess | null = null
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'service-process-'))
})
afterEach(() => {
  service?.killNow()
  rmSync(directory, { recursive: true })
})

async function start(...command: string[]): Promise<ServiceProcess> {
  const logFile = join(directory, 'service.log')
  service = await ServiceProcess.start({
    command,
    env: { ...process.env, MARK: directory },
    mark: `MARK=${directory}`,
    logFile,
  })
  return service
}

const node = (script: string) => start(process.execPath, '-e', script)

describe('ServiceProcess', () => {
  it('keeps what the service wrote and says how it ended', async () => {
    const child = await node(`console.log('one'); console.error('two\\n\\nthree'); process.exitCode = 3`)
    expect(await child.exited).toEqual({ code: 3, signal: null })
    expect(child.tail(2)).toEqual(['two', 'three'])
  })

  it('ends a service politely', async () => {
    const child = await node(
      `process.on('SIGTERM', () => { console.log('bye'); process.exit(0) }); setInterval(() => {}, 1e3); console.log('up')`,
    )
    while (child.tail(1).length === 0) await sleep(20)
    await child.stop('SIGTERM')
    expect(await child.exited).toEqual({ code: 0, signal: null })
    expect(child.tail(1)).toEqual(['bye'])
  })

  it('ends children that left the process group too', async () => {
    const child = await node(`
      const options = { detached: true, stdio: 'ignore' }
      const { pid } = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)'], options)
      console.log(pid)
      setInterval(() => {}, 1e3)`)
    while (child.tail(1).length === 0) await sleep(20)
    expect(child.pids()).toContain(Number(child.tail(1)[0]))
    await child.stop('SIGTERM')
    expect(child.pids()).toEqual([])
  })

  it('kills what ignores a polite signal', async () => {
    const child = await node(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1e3); console.log('up')`)
    while (child.tail(1).length === 0) await sleep(20)
    await child.stop('SIGTERM', 200)
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('bounds what a service prints, keeps its first and last lines, and counts the rest', async () => {
    const child = await node(`
      const line = 'x'.repeat(99) + '\\n'
      console.log('first')
      for (let i = 0; i < 40; i++) require('node:fs').writeSync(1, line.repeat(10000))
      // Again and again: what is written while the log is being cut is lost.
      setInterval(() => console.log('last'), 50)`)
    while (child.tail(1)[0] !== 'last') await sleep(20)
    await child.stop('SIGTERM')
    const log = readFileSync(join(directory, 'service.log'), 'utf8')
    expect(log.startsWith('first\n')).toBe(true)
    expect(log).toContain('infer-diag cut')
    expect(child.tail(1)).toEqual(['last'])
    expect(statSync(join(directory, 'service.log')).size).toBeLessThan(17e6)
    expect(child.logCutBytes).toBeGreaterThan(20e6)
  })

  it('says when the command does not exist or cannot be executed', async () => {
    await expect(start('no-such-command-here')).rejects.toMatchObject({
      code: 'service',
      message: "cannot start 'no-such-command-here': command not found",
    })
    await expect(start(directory)).rejects.toMatchObject({ message: `cannot start '${directory}': permission denied` })
    expect(readFileSync(join(directory, 'service.log'), 'utf8')).toBe('')
  })
})
