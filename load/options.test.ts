import { expect, test } from 'vitest'
import { type LoadOptions, planLoad } from './options.js'

const options: LoadOptions = {
  url: 'http://127.0.0.1:8080/predict',
  method: 'post',
  headers: [['content-type', 'application/json']],
  body: null,
  rate: 50,
  arrivals: 'poisson',
  seed: 1,
  warmupMs: 1000,
  durationMs: 5000,
  dir: 'out',
}

test('defaults are filled in', () => {
  expect(planLoad(options)).toMatchObject({ method: 'POST', timeoutMs: 30_000, senders: 1, untilMs: 6000 })
})

test('options that cannot be are refused with what was given', () => {
  const refused: [Partial<LoadOptions>, string][] = [
    [{ url: 'predict' }, 'not a URL: predict'],
    [{ url: 'ftp://host/x' }, 'speaks http and https, got ftp://'],
    [{ url: 'http://user:secret@host/' }, 'a URL with a user name is not sent'],
    [{ method: 'GET IT' }, 'not an HTTP method'],
    [{ rate: 0 }, 'rate must be a positive number, got 0'],
    [{ rate: Number.NaN }, 'rate must be a positive number, got NaN'],
    [{ durationMs: -1 }, 'duration must be a positive number, got -1'],
    [{ warmupMs: Number.POSITIVE_INFINITY }, 'warm-up'],
    [{ senders: 1.5 }, 'senders'],
    [{ headers: [['Transfer-Encoding', 'chunked']] }, 'the client sets the header Transfer-Encoding itself'],
    [{ headers: [['x-note', 'a\r\nb: c']] }, 'not a valid HTTP header'],
  ]
  for (const [change, message] of refused) expect(() => planLoad({ ...options, ...change }), message).toThrow(message)
})

test('a trace needs no rate, ends the run with its last arrival, and must outlast the warm-up', () => {
  const arrivals = { trace: Float64Array.of(0, 500, 1500) }
  expect(planLoad({ ...options, arrivals, rate: Number.NaN })).toMatchObject({ untilMs: 1501 })
  expect(planLoad({ ...options, arrivals, durationMs: 200 })).toMatchObject({ untilMs: 1200 })
  expect(() => planLoad({ ...options, arrivals, warmupMs: 2000 })).toThrow(
    'the trace ends after 1.5 s, within the warm-up',
  )
})

test("a traceparent among the headers gives way to the load generator's", () => {
  expect(planLoad({ ...options, headers: [['TraceParent', '00-1-2-01']] }).headers).toEqual([])
})
