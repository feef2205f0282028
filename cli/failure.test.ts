import { describe, expect, it } from 'vitest'
import { DiagError } from '../core/errors.js'
import { describeFailure } from './failure.js'
import { Interrupted } from './interruption.js'
import { ServiceError } from './recording/service.js'

describe('describeFailure', () => {
  it('shows an error for the user as one line and a hint', () => {
    expect(describeFailure(new DiagError('unreadable', 'x is empty', 'record again'), false)).toEqual({
      lines: ['error: x is empty', 'hint: record again'],
      exit: 'unreadable',
    })
  })

  it('folds what it says at a width, but neither what the service wrote nor a stack', () => {
    const log = 'a line of the log that is longer than forty columns'
    const error = new ServiceError('the service ended before it was ready to answer', 'look', [log])
    const { lines } = describeFailure(error, true, 40)
    expect(lines).toEqual([
      `  | ${log}`,
      'error: the service ended before it was\n       ready to answer',
      'hint: look',
      error.stack,
    ])
  })

  it("shows a service's last lines first, with nothing that could move the cursor", () => {
    const error = new ServiceError('the service ended', 'look', ['boom \x1b[2J'])
    expect(describeFailure(error, false).lines).toEqual(['  | boom ?[2J', 'error: the service ended', 'hint: look'])
  })

  it('turns a full disk into an error for the user', () => {
    const error = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', path: '/x/meta.json' })
    expect(describeFailure(error, false)).toEqual({
      lines: ['error: cannot write /x/meta.json: the disk is full', 'hint: choose another place with -o, or make room'],
      exit: 'unwritable',
    })
  })

  it.each([
    { code: 'EMFILE', message: "EMFILE: too many open files, open '/x/rules.js'" },
    { code: 'ERR_WORKER_INIT_FAILED', message: 'Worker initialization failure: EMFILE' },
  ])('names ulimit -n where no more files may be open: $message', ({ code, message }) => {
    const error = Object.assign(new Error(message), { code })
    const { lines, exit } = describeFailure(error, false)
    expect(exit).toBe('unwritable')
    expect(lines).toEqual([
      'error: too many open files',
      expect.stringMatching(/^hint: raise ulimit -n(, which is \d+)?, /),
    ])
    expect(describeFailure(error, true).lines.at(-1)).toBe(error.stack)
  })

  it('tells the limit of the machine from that of the process', () => {
    const error = Object.assign(new Error('ENFILE: file table overflow'), { code: 'ENFILE' })
    expect(describeFailure(error, false)).toEqual({
      lines: ['error: too many open files on this machine', 'hint: end what holds them, or raise its limit'],
      exit: 'unwritable',
    })
  })

  it('keeps the stack of an unexpected error for those who ask', () => {
    const error = new TypeError('x is not a function\nmore')
    const brief = describeFailure(error, false)
    expect(brief.exit).toBe('failed')
    expect(brief.lines).toEqual([
      'error: unexpected: x is not a function',
      'hint: run it again with INFER_DIAG_DEBUG=1 and report it with what that prints',
    ])
    expect(describeFailure(error, true).lines.at(-1)).toBe(error.stack)
  })

  it('says little about an interruption', () => {
    expect(describeFailure(new Interrupted(), false)).toEqual({ lines: ['interrupted'], exit: 'interrupted' })
    const { lines } = describeFailure(new Interrupted('before anything was held; nothing is kept'), false)
    expect(lines).toEqual(['interrupted before anything was held; nothing is kept'])
  })
})
