import { expect, test } from 'vitest'
import { diagnose } from '../../core/diagnose.js'
import { RecordingTables } from '../../core/model/recording-tables.js'
import { syntheticMeta, syntheticThreads } from '../../fixtures/recordings/synthetic-meta.js'
import { MINI_CHALLENGE } from '../../fixtures/recordings/synthetic-options.js'
import { voidHint, voidReason } from './void-reason.js'

const failed = { cause: 'all-failed', reason: 'each of 3 requests failed' } as const

test.each([
  ['timeout', /^does it hang.* raise --timeout$/],
  ['refused', /^check the URL \(http or https, host, port\)/],
  ['http-error', /^check the URL, --method and --body/],
  ['reset', /^check the URL, --method and --body/],
] as const)('where every request ends as %s, the hint is about that', (mostly, hint) => {
  expect(voidHint({ ...failed, mostly })).toMatch(hint)
})

test('a result of before, without what became of most, has the general hint', () => {
  expect(voidHint(failed)).toMatch(/^check the URL/)
})

test('where nothing was seen, a busiest Node process without the agent is the reason', () => {
  const empty = new RecordingTables().build(syntheticMeta(MINI_CHALLENGE, 0, 0), syntheticThreads(0))
  const diagnosis = diagnose(empty)
  const reason = (command: readonly string[] | null, name: string) => {
    const processes = [{ pid: 11, parentPid: 1, title: 'node npm', runtime: 'node v20.19.0' }]
    const recording = { ...empty, meta: { ...empty.meta, command, processes } }
    const resources = { ...diagnosis.resources, hottestThread: { name, busyFraction: 0.2 } }
    return voidReason(null, recording, { ...diagnosis, resources })
  }
  expect(reason(['npm', 'start'], '12/12 node')).toMatchObject({
    message: "no request was seen: no agent ran in the service's busiest process, 12",
    hint: expect.stringMatching(/^where the script that starts it sets NODE_OPTIONS/),
  })
  const nothing = { message: 'no request came while it recorded' }
  expect(reason(['npm', 'start'], '11/11 node')).toMatchObject(nothing)
  expect(reason(['sh', 'start.sh'], '12/12 python3')).toMatchObject(nothing)
  expect(reason(null, '12/12 node')).toMatchObject(nothing)
})
