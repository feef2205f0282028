import { describe, expect, it } from 'vitest'
import { parseSla } from './sla.js'

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

  it.each([
    ['', "'' is not <target>=<limit>"],
    ['p95', "'p95' is not <target>=<limit>"],
    ['p95=', "'p95=' is not <target>=<limit>"],
    ['p95=120ms,', "'' is not <target>=<limit>"],
    ['p95=1=2', "'p95=1=2' is not <target>=<limit>"],
    ['p95=120', "p95 got '120', wanted a time such as 120ms or 1.5s"],
    ['p95=0ms', "p95 got '0ms', wanted a time such as 120ms or 1.5s"],
    ['p95=-1ms', "p95 got '-1ms', wanted a time such as 120ms or 1.5s"],
    ['p0=1ms', "unknown target 'p0', wanted p50, p90, p95, p99 or errors"],
    ['p100=1ms', "unknown target 'p100', wanted p50, p90, p95, p99 or errors"],
    ['mean=1ms', "unknown target 'mean', wanted p50, p90, p95, p99 or errors"],
    ['errors=2', "errors got '2', wanted a share such as 0.1% or 0.001"],
    ['errors=few', "errors got 'few', wanted a share such as 0.1% or 0.001"],
    ['p95=1ms,p95=2ms', 'p95 is given twice'],
    ['p95=1ms,p95.0=2ms', 'p95.0 is given twice'],
    ['errors=0,errors=1', 'errors is given twice'],
  ])('says what is wrong with %j', (text, fact) => {
    expect(() => parseSla(text)).toThrow(expect.objectContaining({ code: 'usage', message: `--sla: ${fact}` }))
  })
})
