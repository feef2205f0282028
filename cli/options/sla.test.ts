import { describe, expect, it } from 'vitest'
import { parseSla, parseSlaP95Ms } from './sla.js'

const TARGETS = 'p50, p90, p95, p99, ttft.p50, ttft.p90, ttft.p95, ttft.p99 or errors'

describe('parseSla', () => {
  it('reads a latency target and tolerated errors', () => {
    expect(parseSla('p95=120ms,errors=0.1%')).toEqual({
      p95Ms: 120,
      errorRate: 0.001,
      percentiles: [{ percentile: 0.95, limitMs: 120 }],
    })
  })

  it('reads several percentiles, seconds, spaces and a fraction of errors', () => {
    expect(parseSla('p50 = 20ms, p99.9=1.5s, errors=0.02')).toEqual({
      p95Ms: null,
      errorRate: 0.02,
      percentiles: [
        { percentile: 0.5, limitMs: 20 },
        { percentile: 0.999, limitMs: 1500 },
      ],
    })
  })

  it('reads an SLA on errors alone', () => {
    expect(parseSla('errors=0')).toEqual({ p95Ms: null, errorRate: 0, percentiles: [] })
  })

  it('reads targets on the time to the first byte beside those on whole answers', () => {
    expect(parseSla('p95=2s,ttft.p95=300ms,ttft.p99=1s')).toEqual({
      p95Ms: 2000,
      errorRate: null,
      percentiles: [{ percentile: 0.95, limitMs: 2000 }],
      ttft: [
        { percentile: 0.95, limitMs: 300 },
        { percentile: 0.99, limitMs: 1000 },
      ],
    })
    expect(parseSla('ttft.p50=100ms')).toMatchObject({ p95Ms: null, percentiles: [] })
    expect(parseSla('p95=2s')).not.toHaveProperty('ttft')
  })

  it.each([
    ['', "'' is not <target>=<limit>"],
    ['p95', "'p95' is not <target>=<limit>"],
    ['p95=', "'p95=' is not <target>=<limit>"],
    ['p95=120ms,', "'' is not <target>=<limit>"],
    ['p95=1=2', "'p95=1=2' is not <target>=<limit>"],
    ['p95=120', "p95 got '120', wanted a time such as 120ms or 1.5s"],
    ['p95=0ms', "p95 got '0ms', wanted a time such as 120ms or 1.5s"],
    ['p95=-1ms', "p95 got '-1ms', wanted a time such as 120ms or 1.5s"],
    ['p0=1ms', `unknown target 'p0', wanted ${TARGETS}`],
    ['p100=1ms', `unknown target 'p100', wanted ${TARGETS}`],
    ['mean=1ms', `unknown target 'mean', wanted ${TARGETS}`],
    ['ttft=1ms', `unknown target 'ttft', wanted ${TARGETS}`],
    ['ttft.mean=1ms', `unknown target 'ttft.mean', wanted ${TARGETS}`],
    ['ttft.p95=1', "ttft.p95 got '1', wanted a time such as 120ms or 1.5s"],
    ['ttft.p95=1ms,ttft.p95=2ms', 'ttft.p95 is given twice'],
    ['errors=2', "errors got '2', wanted a share such as 0.1% or 0.001"],
    ['errors=few', "errors got 'few', wanted a share such as 0.1% or 0.001"],
    ['p95=1ms,p95=2ms', 'p95 is given twice'],
    ['p95=1ms,p95.0=2ms', 'p95.0 is given twice'],
    ['errors=0,errors=1', 'errors is given twice'],
  ])('says what is wrong with %j', (text, fact) => {
    expect(() => parseSla(text)).toThrow(expect.objectContaining({ code: 'usage', message: `--sla: ${fact}` }))
  })
})

describe('parseSlaP95Ms', () => {
  it('reads the p95 of what simulates whole answers', () => {
    expect(parseSlaP95Ms('p95=120ms,errors=1%')).toBe(120)
  })

  it.each([
    ['errors=1%', "--sla got 'errors=1%', wanted a p95"],
    ['p95=2s,ttft.p95=300ms', '--sla: no simulation predicts the time to the first byte (ttft)'],
  ])('refuses %j', (text, message) => {
    expect(() => parseSlaP95Ms(text)).toThrow(expect.objectContaining({ code: 'usage', message }))
  })
})
