import { expect, test, vi } from 'vitest'
import { diagnose } from '../../core/diagnose.js'
import { DiagError } from '../../core/errors.js'
import { synthesize } from '../../fixtures/recordings/synthetic.js'
import { whyUseless } from './demo.js'

const recording = synthesize({ parseMs: 0.4 })
const recorded = { recording, diagnosis: diagnose(recording), failure: null }

test('a recording in which the scenario does not show is made once more, with what the loop did', () => {
  const misses = vi.fn(() => 'the machine got faster')
  expect(whyUseless({ misses }, recorded)).toBe('the machine got faster')
  const { requests } = recorded.diagnosis.endToEnd
  expect(misses).toHaveBeenCalledExactlyOnceWith({ loopBusy: expect.closeTo(0.25, 1), requests })
})

test('a void one is made once more, but not where the service died, or nothing is missing', () => {
  expect(whyUseless({}, { ...recorded, failure: new DiagError('void', 'the client was late', '') })).toBe(
    'the client was late',
  )
  expect(whyUseless({}, { ...recorded, failure: new DiagError('service', 'it ended', '') })).toBeNull()
  expect(whyUseless({}, recorded)).toBeNull()
  expect(whyUseless({ misses: () => null }, recorded)).toBeNull()
})
