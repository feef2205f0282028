import { describe, expect, it } from 'vitest'
import { foldMessage, messageWidth } from './message.js'

describe('messageWidth', () => {
  it('is that of the terminal, and no more than reads well', () => {
    expect(messageWidth({ isTTY: true, columns: 72 })).toBe(72)
    expect(messageWidth({ isTTY: true, columns: 300 })).toBe(100)
    // A terminal that does not tell.
    expect(messageWidth({ isTTY: true, columns: 0 })).toBe(80)
  })

  it('is none where nobody watches', () => {
    expect(messageWidth({})).toBeNull()
  })
})

describe('foldMessage', () => {
  it('puts the lines after the first below its text', () => {
    expect(foldMessage('hint: start the service first, or give its command', 24)).toBe(
      'hint: start the service\n      first, or give its\n      command',
    )
  })

  it('leaves a message that is piped as one line, whatever it holds', () => {
    const long = `error: ${'word '.repeat(60).trim()}`
    expect(foldMessage(long, null)).toBe(long)
    expect(foldMessage('error: cannot attach: it said\n  no', null)).toBe('error: cannot attach: it said no')
  })

  it.each([
    'http://127.0.0.1:38211/a/very/long/path?with=a&query=too',
    'infer-diag-recording-1/level-01-50rps/report.html',
    '`infer-diag record -- node server.js --port 3000`',
    'infer-diag diagnose infer-diag-recording-1',
    '--sla p95=120ms,errors=0.1%',
    '--header "authorization: Basic $(printf %s user:password | base64)"',
    "'Name: value'",
  ])('never breaks %s', (word) => {
    for (const width of [20, 40, 60]) expect(foldMessage(`hint: see the service's log, ${word}`, width)).toContain(word)
  })

  it('breaks after a command whose clause has ended', () => {
    const hint = 'hint: see infer-diag load --help, or lower the rate at which requests are sent'
    expect(foldMessage(hint, 60).split('\n')[0]).toBe('hint: see infer-diag load --help, or lower the rate at which')
  })
})
