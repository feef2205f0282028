import { expect, test } from 'vitest'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { type Frame, profiledAs } from '../../test/support/profiled-stacks.js'
import type { HotFunction } from '../model/evidence.js'
import type { Recording } from '../model/recording.js'
import { factsOf } from './fact.js'
import { type HotSpots, hotFunctions } from './hot-functions.js'

const RECORDING = synthesize({ durationMs: 4000, untimedWorkMs: 1, preprocessMs: 1, rate: 150, parseMs: 2 })

const READ: Frame = ['readBody', 'file:///srv/app/server.mjs', 31]
const HANDLE: Frame = ['handle', 'file:///srv/app/server.mjs', 40]
const NORMALIZE: Frame = ['normalize', 'file:///srv/app/lib/normalize.mjs', 2]
const PARSE: Frame = ['JSON.parse', '', 0]
const CLONE_DEEP: Frame = ['cloneDeep', 'file:///srv/app/node_modules/lodash/lodash.js', 10]
const BASE_CLONE: Frame = ['baseClone', 'file:///srv/app/node_modules/lodash/lodash.js', 20]
const EMIT: Frame = ['emit', 'node:events', 5]
const AGENT: Frame = ['runInContext', 'infer-diag:agent/inside/request-context.js', 23]
const RUN: Frame = ['run', 'node:async_hooks', 9]

const find = (recording: Recording) => {
  const fact = factsOf(recording).get(hotFunctions)
  if (!fact.known) throw new Error(fact.reason)
  return fact.value
}

/** Of the time in no stage, the stacks in turn. */
function inNoStage(...stacks: (readonly Frame[])[]): readonly HotFunction[] {
  const recording = profiledAs(RECORDING, (_, k) => stacks[k % stacks.length]!)
  return find(recording).inNoStage?.functions ?? []
}

function named(functions: HotSpots['functions'] | undefined) {
  return functions?.map(({ name, location, share }) => [name, location, Math.round(100 * share)])
}

test('functions are told by stage, by their own samples', () => {
  const hot = find(
    profiledAs(RECORDING, (stage) => (stage === 'deserialize' ? [HANDLE, READ, PARSE] : [HANDLE, NORMALIZE])),
  )
  expect(hot.inStage('deserialize')?.functions).toEqual([
    {
      kind: 'builtin',
      name: 'JSON.parse',
      location: '',
      package: null,
      calledFrom: { name: 'readBody', location: 'server.mjs:31', package: null },
      share: 1,
    },
  ])
  expect(named(hot.inStage('preprocess')?.functions)).toEqual([['normalize', 'lib/normalize.mjs:2', 100]])
  expect(named(hot.inNoStage?.functions)).toEqual([['normalize', 'lib/normalize.mjs:2', 100]])
  expect(hot.overall?.samples).toBeGreaterThan(hot.inStage('deserialize')!.samples)
  expect(hot.inStage('no such stage')).toBeNull()
})

test('a package is named where other code enters it, with the code of the service that does', () => {
  const [first] = inNoStage([HANDLE, CLONE_DEEP, BASE_CLONE, BASE_CLONE])
  expect(first).toMatchObject({
    kind: 'function',
    name: 'cloneDeep',
    location: 'node_modules/lodash/lodash.js:10',
    package: 'lodash',
    calledFrom: { name: 'handle', location: 'server.mjs:40' },
    share: 1,
  })
})

test('a package that calls a built-in is named where it does, and needs no code of the service above it', () => {
  const [first] = inNoStage([['onEnd', 'node:internal/streams', 1], CLONE_DEEP, BASE_CLONE, PARSE])
  expect(first).toMatchObject({ name: 'JSON.parse', calledFrom: { name: 'baseClone', package: 'lodash' } })
})

test('of what the runtime does for a caller, the function that the caller chose is named', () => {
  const sync: Frame = ['pbkdf2Sync', 'node:internal/crypto/pbkdf2', 62]
  expect(named(inNoStage([HANDLE, sync, ['handleError', 'node:internal/crypto', 1], ['run', '', 0]]))).toEqual([
    ['pbkdf2Sync', 'node:internal/crypto/pbkdf2:62', 100],
  ])
})

test('a callback is of the code that it is in, not of the runtime or the agent that calls it', () => {
  expect(named(inNoStage([HANDLE, EMIT, AGENT, RUN, EMIT, NORMALIZE]))).toEqual([
    ['normalize', 'lib/normalize.mjs:2', 100],
  ])
})

test('many small functions count for the one that calls them', () => {
  const small = Array.from({ length: 20 }, (_, i): Frame[] => [
    HANDLE,
    NORMALIZE,
    [`step${i}`, 'file:///srv/app/lib/steps.mjs', i + 1],
  ])
  expect(named(inNoStage(...small))).toEqual([['normalize', 'lib/normalize.mjs:2', 100]])
})

test('a function that many call is one, and what is named counts for nobody else', () => {
  const callers = Array.from({ length: 20 }, (_, i): Frame => [`route${i}`, 'file:///srv/app/routes.mjs', i + 1])
  const functions = inNoStage(...callers.flatMap((caller) => [[caller, NORMALIZE], [caller]]))
  expect(named(functions)).toEqual([['normalize', 'lib/normalize.mjs:2', 50]])
})

test('recursion counts once', () => {
  const [first] = inNoStage([HANDLE, ...Array.from({ length: 200 }, () => NORMALIZE), HANDLE, NORMALIZE])
  expect(first).toMatchObject({ name: 'normalize', share: 1 })
})

test('idle time is no work; the collector, native code, the agent and the runtime are said as what they are', () => {
  const functions = inNoStage(
    [['(garbage collector)', '', 0]],
    [['(program)', '', 0]],
    [HANDLE, AGENT, ['now', '', 0]],
    [['parserOnHeadersComplete', 'node:_http_common', 71]],
    [['(idle)', '', 0]],
    [HANDLE],
  )
  expect(functions.map(({ name }) => name).sort()).toEqual([
    'Node.js itself',
    'garbage collector',
    'handle',
    'infer-diag agent',
    'native code outside JavaScript',
  ])
  expect(functions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9)
})

test('work while no request is under way is told apart', () => {
  const { requests } = RECORDING
  const none = new Float64Array(requests.count).fill(RECORDING.meta.load!.measuredFromMs)
  // Requests that the server saw end at once.
  const timer = { ...RECORDING, requests: { ...requests, serverStartMs: none, serverEndMs: none } }
  expect(factsOf(timer).get(hotFunctions)).toMatchObject({ known: false, verdict: 'not-enough-data' })
  const window = RECORDING.profiles[0]!
  const within = new Float64Array(requests.count).fill(window.startMs + 1)
  const short = { ...RECORDING, requests: { ...requests, serverStartMs: within, serverEndMs: within } }
  const hot = find(profiledAs(short, () => [NORMALIZE]))
  expect(hot.inNoStage).toBeNull()
  expect(named(hot.withoutRequest?.functions)).toEqual([['normalize', 'normalize.mjs:2', 100]])
})

test('without a profile, or with one of a process that answers nobody, nothing is said', () => {
  const reasonOf = (recording: Recording) => factsOf(recording).get(hotFunctions)
  expect(reasonOf({ ...RECORDING, profiles: [] })).toMatchObject({ known: false, verdict: 'not-measured' })
  const [window] = RECORDING.profiles
  for (const thread of [1, 0xffff]) {
    expect(reasonOf({ ...RECORDING, profiles: [{ ...window!, thread }] })).toMatchObject({
      known: false,
      reason: 'no event loop that answers requests was profiled',
    })
  }
})

test('too few samples say nothing', () => {
  const [window] = RECORDING.profiles
  const { profile } = window!
  const cut = (samples: number) => ({
    ...RECORDING,
    profiles: [
      {
        ...window!,
        profile: {
          ...profile,
          samples: profile.samples.slice(0, samples),
          timeDeltas: profile.timeDeltas.slice(0, samples),
        },
      },
    ],
  })
  expect(find(cut(90)).overall).toBeNull()
  expect(find(cut(0)).overall).toBeNull()
  expect(find(cut(300)).overall).not.toBeNull()
})

test('a foreign profile whose samples name nodes that it lacks is no work of anybody', () => {
  const [window] = RECORDING.profiles
  const lost = { ...window!, profile: { ...window!.profile, nodes: [] } }
  expect(find({ ...RECORDING, profiles: [lost] }).overall).toBeNull()
})

test('several processes count together', () => {
  const [window] = RECORDING.profiles
  const { spans, requests, meta, threads } = RECORDING
  const half = (i: number) => i % 2
  const twice: Recording = {
    ...RECORDING,
    meta: { ...meta, processes: [meta.processes[0]!, { ...meta.processes[0]!, pid: 4243 }] },
    threads: [
      { ...threads[0]!, process: 0 },
      { ...threads[0]!, process: 1 },
    ],
    requests: { ...requests, process: requests.process.map((_, i) => half(i)) },
    spans: { ...spans, thread: spans.thread.map((_, i) => half(i)) },
    profiles: [window!, { ...window!, thread: 1 }],
  }
  expect(find(twice).overall!.samples).toBe(2 * find(RECORDING).overall!.samples)
})

test('hostile and endless names stay one short line of text', () => {
  const [first] = inNoStage([[`<script>\n\u202e${'x'.repeat(500)}`, `file:///srv/${'y'.repeat(500)}.js`, 1]])
  expect(first!.name).toMatch(/^<script> x+…$/)
  expect(first!.name.length).toBeLessThanOrEqual(48)
  expect(first!.location).toMatch(/^…y+\.js:1$/)
  expect(first!.location.length).toBeLessThanOrEqual(64)
})

test('of 10,000 functions at most ten are named', () => {
  const functions = Array.from({ length: 10_000 }, (_, i): Frame[] => [
    HANDLE,
    [`f${i}`, 'file:///srv/app/many.mjs', i + 1],
  ])
  expect(named(inNoStage(...functions))).toEqual([['handle', 'server.mjs:40', 100]])
})
