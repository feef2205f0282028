import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freeDirectoryName, prepareRecordingDirectory, removeIfEmpty, whileItStands } from './recording-directory.js'

let parent = ''
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'recording-directory-'))
})
afterEach(() => rmSync(parent, { recursive: true }))

describe('whileItStands', () => {
  it('takes back a directory that is empty when it fails', async () => {
    const out = prepareRecordingDirectory(join(parent, 'out'), false)
    await whileItStands(out, async () => {})
    expect(existsSync(out)).toBe(true)
    await expect(whileItStands(out, () => Promise.reject(new Error('no service')))).rejects.toThrow('no service')
    expect(existsSync(out)).toBe(false)
  })

  it('says so when the directory was removed meanwhile, and leaves other errors alone', async () => {
    const out = prepareRecordingDirectory(join(parent, 'out'), false)
    writeFileSync(join(out, 'service.log'), 'x')
    const fails = async () => writeFileSync(join(out, 'no/such'), '')
    await expect(whileItStands(out, fails)).rejects.toMatchObject({ code: 'ENOENT' })
    rmSync(out, { recursive: true })
    await expect(whileItStands(out, fails)).rejects.toMatchObject({ name: 'DiagError', code: 'unwritable' })
  })
})

describe('prepareRecordingDirectory', () => {
  it('makes a directory and its parents', () => {
    const path = prepareRecordingDirectory(join(parent, 'a/b'), false)
    expect(existsSync(path)).toBe(true)
  })

  it('refuses to overwrite a recording unless forced, and then removes all of it', () => {
    const out = join(parent, 'out')
    mkdirSync(out)
    for (const name of ['meta.json', 'spans.arrow', 'journal-1-0.idj', 'service.log', 'verification.json'])
      writeFileSync(join(out, name), 'x')
    expect(() => prepareRecordingDirectory(out, false)).toThrow('already holds a recording')
    expect(readdirSync(out)).toHaveLength(5)
    prepareRecordingDirectory(out, true)
    expect(readdirSync(out)).toEqual([])
  })

  it('clears what a failed start left behind', () => {
    writeFileSync(join(parent, 'service.log'), 'x')
    prepareRecordingDirectory(parent, false)
    expect(readdirSync(parent)).toEqual([])
  })

  it('never touches a directory that holds anything else, forced or not', () => {
    writeFileSync(join(parent, 'thesis.tex'), 'x')
    writeFileSync(join(parent, 'meta.json'), 'x')
    expect(() => prepareRecordingDirectory(parent, true)).toThrow('holds other files (thesis.tex)')
    expect(readdirSync(parent)).toHaveLength(2)
  })

  it('removes the second recording of a demo with the first, and no other directory of that name', () => {
    mkdirSync(join(parent, 'after'))
    writeFileSync(join(parent, 'after', 'photo.jpg'), 'x')
    expect(() => prepareRecordingDirectory(parent, true)).toThrow('holds other files (after)')
    writeFileSync(join(parent, 'after', 'meta.json'), 'x')
    prepareRecordingDirectory(parent, true)
    expect(readdirSync(parent)).toEqual([])
  })

  it('asks for force where an interrupted load left a recording', () => {
    const session = join(parent, 'session')
    mkdirSync(session)
    for (const name of ['service.log', 'meta.json']) writeFileSync(join(session, name), 'x')
    expect(() => prepareRecordingDirectory(parent, false)).toThrow('already holds a recording')
    rmSync(join(session, 'meta.json'))
    prepareRecordingDirectory(parent, false)
    expect(readdirSync(parent)).toEqual([])
  })

  it('removes what was cut off while a level or a table was written, but no level that holds something else', () => {
    const level = join(parent, 'level-1-50rps')
    mkdirSync(join(level, 'profiles'), { recursive: true })
    for (const name of ['load.json', 'spans.arrow.tmp', 'meta.json.tmp']) writeFileSync(join(parent, name), 'x')
    writeFileSync(join(level, 'thesis.tex'), 'x')
    expect(() => prepareRecordingDirectory(parent, true)).toThrow('holds other files (level-1-50rps)')
    rmSync(join(level, 'thesis.tex'))
    prepareRecordingDirectory(parent, true)
    expect(readdirSync(parent)).toEqual([])
    writeFileSync(level, 'x')
    expect(() => prepareRecordingDirectory(parent, true)).toThrow('holds other files (level-1-50rps)')
  })

  it('refuses a file', () => {
    const file = join(parent, 'out')
    writeFileSync(file, 'x')
    expect(() => prepareRecordingDirectory(file, true)).toThrow('is a file, wanted a directory')
    expect(() => prepareRecordingDirectory(join(file, 'below'), true)).toThrow('is a file, wanted a directory')
  })
})

describe.runIf(process.platform === 'linux')('a place where no directory can be made', () => {
  it('is an unwritable error', () => {
    expect(() => prepareRecordingDirectory('/proc/recording', false)).toThrow(
      expect.objectContaining({
        code: 'unwritable',
        message: 'cannot create /proc/recording: no directory can be made there',
      }),
    )
  })
})

describe('removeIfEmpty', () => {
  it('takes back an empty directory and leaves one that holds something', () => {
    const empty = prepareRecordingDirectory(join(parent, 'empty'), false)
    removeIfEmpty(empty)
    expect(existsSync(empty)).toBe(false)
    writeFileSync(join(parent, 'service.log'), 'x')
    removeIfEmpty(parent)
    expect(existsSync(parent)).toBe(true)
  })
})

describe('freeDirectoryName', () => {
  it('takes the first free number', () => {
    mkdirSync(join(parent, 'run-1'))
    mkdirSync(join(parent, 'run-3'))
    expect(freeDirectoryName(parent, 'run')).toBe('run-2')
  })
})
