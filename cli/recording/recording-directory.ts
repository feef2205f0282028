import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DiagError } from '../../core/errors.js'
import { unwritableOutput } from '../failure.js'

/** The files that make a directory a recording, or what a load left, finished or interrupted. */
const META_FILES = ['meta.json', 'load.json', 'session/meta.json']
/** What a recording consists of, half-written files of one that was cut off among it; only such files are ever removed. */
const OWN_FILES =
  /^(meta\.json(\.tmp)?|load\.json|report\.html|service\.log|body\.json|prediction\.json|verification\.json(\.tmp)?|.*\.idj|.*\.arrow(\.tmp)?|.*\.cpuprofile|profiles)$/
/** Directories beside them, with the file that shows that they are ours: `demo` writes the first two, `load` the last. */
const OWN_DIRECTORIES: Readonly<Record<string, string>> = {
  after: 'meta.json',
  postmortem: 'postmortem.md',
  session: 'service.log',
}
/** A level of a `load`, which may have been cut off while it wrote that: ours when it holds nothing else. */
const LEVEL_DIRECTORY = /^level-\d+-\d+rps$/

/**
 * Makes an empty directory for a recording and returns its absolute path. An earlier recording there is replaced
 * only with `force`; files that are not ours are never touched. Throws a usage or an `unwritable` error.
 */
export function prepareRecordingDirectory(directory: string, force: boolean): string {
  const path = resolve(directory)
  try {
    makeDirectory(path)
    const names = readdirSync(path)
    const foreign = names.find((name) => !isOwn(path, name))
    if (foreign !== undefined) {
      throw new DiagError('usage', `${directory} holds other files (${foreign})`, 'give -o a new or empty directory')
    }
    if (META_FILES.some((file) => existsSync(join(path, file))) && !force) {
      throw new DiagError('usage', `${directory} already holds a recording`, 'choose another -o, or add --force')
    }
    for (const name of names) rmSync(join(path, name), { recursive: true })
    return path
  } catch (error) {
    if (error instanceof DiagError) throw error
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTDIR')) {
      throw new DiagError('usage', `${directory} is a file, wanted a directory`, 'give -o a new or empty directory')
    }
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new DiagError(
        'unwritable',
        `cannot create ${directory}: no directory can be made there`,
        'choose another place with -o',
      )
    }
    throw unwritableOutput(error) ?? error
  }
}

function isOwn(directory: string, name: string): boolean {
  const path = join(directory, name)
  if (LEVEL_DIRECTORY.test(name)) return statSync(path).isDirectory() && readdirSync(path).every(isOwnFile)
  const sign = OWN_DIRECTORIES[name]
  return isOwnFile(name) || (sign !== undefined && existsSync(join(path, sign)))
}

function isOwnFile(name: string): boolean {
  return OWN_FILES.test(name)
}

/** Like a recursive mkdir, which never returns for a path below /proc (Node 20). */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  if (dirname(path) !== path) makeDirectory(dirname(path))
  mkdirSync(path)
}

/**
 * Runs `use`, which fills the directory; one that is empty when it fails is taken back. What fails because somebody removed the
 * directory meanwhile is an `unwritable` error.
 */
export async function whileItStands<T>(directory: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } catch (error) {
    const stands = existsSync(directory)
    removeIfEmpty(directory)
    if (error instanceof DiagError || stands) throw error
    throw new DiagError('unwritable', `${directory} was removed while it was written`, 'run it again')
  }
}

/** Takes back a directory that nothing was recorded into, if it is there. */
export function removeIfEmpty(directory: string): void {
  if (existsSync(directory) && readdirSync(directory).length === 0) rmdirSync(directory)
}

/** `<stem>-<n>` with the first number that is free in `parent`. */
export function freeDirectoryName(parent: string, stem: string): string {
  const taken = new Set(readdirSync(parent))
  let number = 1
  while (taken.has(`${stem}-${number}`)) number += 1
  return `${stem}-${number}`
}
