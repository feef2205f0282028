import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../test/support/temporary-directory.js'
import { verificationOf, withheldVerification } from '../test/support/verification.js'
import { readVerification, writeVerification } from './index.js'

const RECORDINGS = { before: 'slow', after: 'fixed' }

let dir: string
let file: string
beforeEach(async () => {
  dir = await temporaryDirectory(onTestFinished)
  file = join(dir, 'verification.json')
})

const keep = (verification = verificationOf()) => writeVerification(dir, { verification, recordings: RECORDINGS })
const read = () => readVerification(dir, 'slow')

/** Puts `fields` over what a good file holds, and says what reading it gives. */
async function readWith(fields: Readonly<Record<string, unknown>>) {
  await keep()
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...fields }))
  return read()
}

const unread = (reason: string | RegExp) => ({
  kind: 'verification',
  count: 1,
  reason: expect.stringMatching(reason),
})

describe('a verification that a recording keeps', () => {
  it('comes back as it was written, with nothing else left behind', async () => {
    const judged = { errorP95: 14 / 14.4 - 1, withinInterval: true }
    for (const verification of [verificationOf(judged), withheldVerification('too few')]) {
      await keep(verification)
      expect(await read()).toEqual({ verification, recordings: RECORDINGS })
    }
    expect(await readdir(dir)).toEqual(['verification.json'])
  })

  it('keeps what was not measured', async () => {
    const nothing = { p50Ms: null, p95Ms: null, p99Ms: null }
    const verification = verificationOf({
      before: nothing,
      measured: { ...nothing, p95IntervalMs: null },
      errorP95: null,
      withinInterval: null,
      slaMet: null,
    })
    await keep(verification)
    expect(await read()).toEqual({ verification, recordings: RECORDINGS })
  })

  it('is nothing where there is none', async () => {
    expect(await read()).toBeNull()
  })

  it('is scored by its own numbers, whatever the file says of them', async () => {
    const found = await readWith({ errorP95: -0.5, withinInterval: false })
    expect(found).toMatchObject({ verification: { errorP95: 14 / 14.4 - 1, withinInterval: true } })
  })

  it('may have fields that this version does not know', async () => {
    expect(await readWith({ p99Error: 3 })).toHaveProperty('verification')
  })
})

describe('a verification that cannot be read', () => {
  it('is a gap, cut anywhere', async () => {
    await keep()
    const whole = await readFile(file, 'utf8')
    for (let length = 0; length < whole.trimEnd().length; length += 37) {
      await writeFile(file, whole.slice(0, length))
      expect(await read()).toMatchObject(unread('^verification.json could not be read: not JSON: cut short'))
    }
  })

  it.each([['null'], ['3'], ['[]'], ['{}'], ['"text"'], ['{"formatVersion":"1"}'], ['{"formatVersion":0}']])(
    'is a gap when it is foreign: %s',
    async (text) => {
      await writeFile(file, text)
      expect(await read()).toMatchObject(unread('not a verification: formatVersion, a whole number, is wanted'))
    },
  )

  it('is a gap when it is of a newer version, which is named', async () => {
    const reason = 'it is of format version 2; this infer-diag reads up to version 1$'
    expect(await readWith({ formatVersion: 2, changes: 'in another form' })).toMatchObject(unread(reason))
  })

  it('is a gap when it is of another recording', async () => {
    const reason = 'it belongs to recording other, this one is slow$'
    expect(await readWith({ recordings: { before: 'other', after: 'fixed' } })).toMatchObject(unread(reason))
  })

  const { before, measured, predicted } = verificationOf()
  it.each<[string, unknown]>([
    ['recordings', { before: 'slow' }],
    ['changes', []],
    ['changes', [{ change: 'batch.waitMs=5' }]],
    ['changes', ['batch.waitMs=5']],
    ['assumptions', 'none'],
    ['assumptions', [3]],
    ['before', { ...before, p95Ms: '150' }],
    ['before', { ...before, p99Ms: undefined }],
    ['measured', { ...measured, p95Ms: 0 }],
    ['measured', { ...measured, p95IntervalMs: [15, 14] }],
    ['measured', { ...measured, p95IntervalMs: [14] }],
    ['measured', null],
    ['predicted', { ...predicted, p50Ms: null }],
    ['predicted', { ...predicted, p95IntervalMs: [-1, 14] }],
    ['predicted', { ...predicted, p95IntervalMs: ['13', '15'] }],
    ['predicted', { withheld: 3 }],
    ['predicted', {}],
    ['slaMet', 'yes'],
    ['slaMet', undefined],
  ])('is a gap when %s is %j', async (field, value) => {
    expect(await readWith({ [field]: value })).toMatchObject(
      unread('a field is missing or not of the documented type$'),
    )
  })

  it('is a gap when it is no file', async () => {
    await mkdir(file)
    expect(await read()).toMatchObject(unread('EISDIR'))
  })
})
