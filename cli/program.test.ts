import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EXIT_CODES } from './exit-codes.js'
import { runProgram } from './program.js'

let stdout = ''
let stderr = ''
beforeEach(() => {
  stdout = ''
  stderr = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text)
    return true
  })
})
afterEach(() => vi.restoreAllMocks())

const run = (...args: string[]) => runProgram(['node', 'infer-diag', ...args])

describe('the program', () => {
  it('lists its commands and every exit code in --help', async () => {
    expect(await run('--help')).toBe('done')
    for (const name of ['record', 'diagnose', 'report', 'compare', 'postmortem', 'demo'])
      expect(stdout).toContain(`\n  ${name} `)
    for (const { code, meaning } of Object.values(EXIT_CODES)) expect(stdout).toContain(`${code}  ${meaning}`)
    expect(stderr).toBe('')
  })

  it('prints its version', async () => {
    expect(await run('--version')).toBe('done')
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each(['record', 'diagnose', 'report', 'compare', 'postmortem', 'what-if', 'plan', 'demo'])(
    'gives an example in %s --help',
    async (command) => {
      expect(await run(command, '--help')).toBe('done')
      expect(stdout).toContain(`Example:\n  infer-diag ${command}`)
    },
  )

  it.each(['batch', 'instances', 'littles-law'])('gives an example in plan %s --help', async (command) => {
    expect(await run('plan', command, '--help')).toBe('done')
    expect(stdout).toContain(`Example:\n  infer-diag plan ${command}`)
  })

  it.each([
    ...['record', 'diagnose', 'report', 'compare', 'postmortem', 'load', 'what-if', 'tune', 'plan', 'demo', ''],
    ...['plan batch', 'plan instances', 'plan autoscale', 'plan littles-law', 'help', 'plan help'],
  ])('keeps %s --help within 80 columns', async (command) => {
    expect(await run(...`${command} --help`.trim().split(' '))).toBe('done')
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  it.each([
    ['help', 'plan', 'batch'],
    ['plan', 'help', 'batch'],
    ['plan', 'batch', '--help'],
  ])('shows the help of plan batch for %s %s %s', async (...args) => {
    expect(await run(...args)).toBe('done')
    expect(stdout).toMatch(/^Usage: infer-diag plan batch /)
    expect(stderr).toBe('')
  })

  it('shows help on stderr when there is no command', async () => {
    expect(await run()).toBe('usage')
    expect(stdout).toBe('')
    expect(stderr).toContain('Usage: infer-diag')
  })

  it.each([
    [['recrod'], "error: unknown command 'recrod'\nhint: did you mean record?\n"],
    [['help', 'recrod'], "error: unknown command 'recrod'\nhint: did you mean record?\n"],
    [['help', 'foo'], "error: unknown command 'foo'\nhint: see infer-diag --help\n"],
    [['foo', '--help'], "error: unknown command 'foo'\nhint: see infer-diag --help\n"],
    [['help', 'plan', 'foo'], "error: unknown command 'foo'\nhint: see infer-diag plan --help\n"],
    [['record', '--rat', '5'], "error: unknown option '--rat'\nhint: did you mean --rate?\n"],
    [['record', '--rate'], "error: option '--rate <rps>' argument missing\nhint: see infer-diag record --help\n"],
    [['plan', 'littles-law', '--rat', '5'], "error: unknown option '--rat'\nhint: did you mean --rate?\n"],
    [
      ['plan', 'instances'],
      "error: required option '--service <time>' not specified\nhint: see infer-diag plan instances --help\n",
    ],
    [
      ['report', 'x', '-o', ''],
      'error: --output is empty\nhint: leave it out, or give it a value: see infer-diag report --help\n',
    ],
    [
      ['diagnose', ''],
      'error: <recording> is empty\nhint: leave it out, or give it a value: see infer-diag diagnose --help\n',
    ],
    [
      ['diagnose', 'a', 'b'],
      "error: too many arguments for 'diagnose': expected 1 argument but got 2\nhint: see infer-diag diagnose --help\n",
    ],
    [
      ['record', '--no-load', '--rate', '5'],
      "error: option '--no-load' cannot be used with option '--rate <rps>'\nhint: drop one of the two\n",
    ],
    [['diagnose'], "error: missing required argument 'recording'\nhint: see infer-diag diagnose --help\n"],
  ])('explains %j in one line with a hint', async (args, message) => {
    expect(await run(...args)).toBe('usage')
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: message })
  })
})

describe('exit codes', () => {
  it('are all different', () => {
    const codes = Object.values(EXIT_CODES).map(({ code }) => code)
    expect(new Set(codes).size).toBe(codes.length)
  })
})
