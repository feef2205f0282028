import { expect, test } from 'vitest'
import { nameOwnFrames } from './own-frames.js'

const PACKAGE = 'file:///opt/infer-diag/dist/'

function named(functionName: string, url: string) {
  const callFrame = { functionName, scriptId: '7', url, lineNumber: 4, columnNumber: 2 }
  const profile = {
    nodes: [{ id: 1, callFrame, hitCount: 3 }],
    startTime: 1,
    endTime: 2,
    samples: [1],
    timeDeltas: [1],
  }
  const { nodes, ...rest } = nameOwnFrames(profile, PACKAGE)
  expect(rest).toEqual({ startTime: 1, endTime: 2, samples: [1], timeDeltas: [1] })
  return nodes[0]!
}

test('functions of the agent have URLs of its own, wherever it is installed', () => {
  expect(named('runInContext', `${PACKAGE}agent/inside/request-context.js`)).toEqual({
    id: 1,
    hitCount: 3,
    callFrame: {
      functionName: 'runInContext',
      scriptId: '7',
      url: 'infer-diag:agent/inside/request-context.js',
      lineNumber: 4,
      columnNumber: 2,
    },
  })
})

test('what stands in for a built-in has its name', () => {
  expect(named('timedParse', `${PACKAGE}agent/inside/probes/json.js`).callFrame).toMatchObject({
    functionName: 'JSON.parse',
    url: '',
  })
})

test.each([`${PACKAGE}fixtures/service/server.js`, 'file:///srv/app/agent/inside/timed.js', 'node:events', ''])(
  'what is not of the agent stays as it is: "%s"',
  (url) => {
    expect(named('timedParse', url).callFrame).toMatchObject({ functionName: 'timedParse', url, lineNumber: 4 })
  },
)
