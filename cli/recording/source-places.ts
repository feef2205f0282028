import { readdir, readFile, stat } from 'node:fs/promises'
import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { type CallFrame, originOf } from '../../core/model/call-frame.js'
import type { CpuProfile } from '../../core/model/recording.js'
import { replaceFile } from '../../formats/index.js'

/** A larger script is a bundle whose map would take longer to read than the run took. */
const LARGEST_BYTES = 20_000_000
const REFERENCE = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm
const INLINE = /^data:application\/json(?:;charset=[^;,]+)?;base64,/

type Place = Pick<CallFrame, 'url' | 'lineNumber' | 'columnNumber'>
type Placing = (frame: CallFrame) => Place | null

/**
 * Functions of the service in the CPU profiles of a recording get the places of their sources (TypeScript, what a bundler read),
 * where their scripts have a source map, inline or beside them, on this machine. Whatever cannot be read stays as it is.
 */
export async function placeInSources(directory: string): Promise<void> {
  const profiles = join(directory, 'profiles')
  const names = await readdir(profiles).catch(() => [])
  const maps = new Map<string, Promise<Placing | null>>()
  for (const name of names.filter((file) => file.endsWith('.cpuprofile'))) {
    try {
      await rewrite(join(profiles, name), maps)
    } catch {
      // The profile is as good as it was; one that is damaged is said to be when it is opened.
    }
  }
}

async function rewrite(file: string, maps: Map<string, Promise<Placing | null>>): Promise<void> {
  const profile = JSON.parse(await readFile(file, 'utf8')) as CpuProfile
  let placed = 0
  const nodes = await Promise.all(
    profile.nodes.map(async (node) => {
      const { callFrame } = node
      if (originOf(callFrame) !== 'service' || !callFrame.url.startsWith('file:')) return node
      let map = maps.get(callFrame.url)
      if (map === undefined) {
        map = readMap(callFrame.url).catch(() => null)
        maps.set(callFrame.url, map)
      }
      const place = (await map)?.(callFrame) ?? null
      if (place === null) return node
      placed++
      // Lines of the script are none of its source.
      const { positionTicks: _, ...rest } = node as typeof node & { positionTicks?: unknown }
      return { ...rest, callFrame: { ...callFrame, ...place } }
    }),
  )
  if (placed > 0) await replaceFile(file, [Buffer.from(JSON.stringify({ ...profile, nodes }))])
}

/** null where the script has no map. @throws where it cannot be read. */
async function readMap(url: string): Promise<Placing | null> {
  const script = await readSmall(new URL(url))
  const reference = [...script.matchAll(REFERENCE)].at(-1)?.[1]
  if (reference === undefined) return null
  const inline = INLINE.exec(reference)
  const mapUrl = inline === null ? new URL(reference, url) : new URL(url)
  const text =
    inline === null ? await readSmall(mapUrl) : Buffer.from(reference.slice(inline[0].length), 'base64').toString()
  const payload = JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0]
  const root = payload.sourceRoot ? `${payload.sourceRoot.replace(/\/$/, '')}/` : ''
  const map = new SourceMap(payload)
  return ({ lineNumber, columnNumber }) => {
    const entry = map.findEntry(lineNumber, columnNumber)
    if (!('originalSource' in entry)) return null
    const source = new URL(root + entry.originalSource, mapUrl).href
    return { url: source, lineNumber: entry.originalLine, columnNumber: entry.originalColumn }
  }
}

async function readSmall(url: URL): Promise<string> {
  const { size } = await stat(url)
  if (size > LARGEST_BYTES) throw new Error(`${url.href} is ${size} bytes`)
  return readFile(url, 'utf8')
}
