import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { transformSync } from 'esbuild'
import { beforeEach, expect, test } from 'vitest'
import { temporaryDirectory } from '../../test/support/temporary-directory.js'
import { placeInSources } from './source-places.js'

const SOURCE = `
interface Input { readonly values: readonly number[] }

export function sum(input: Input): number {
  return input.values.reduce((a: number, b: number) => a + b, 0)
}
`
let directory = ''
beforeEach(async ({ onTestFinished }) => {
  directory = await temporaryDirectory(onTestFinished)
  for (const name of ['profiles', 'dist']) mkdirSync(join(directory, name))
})

async function placeOf(code: string): Promise<{ url: string; lineNumber: number; functionName: string }> {
  const script = join(directory, 'dist/sum.js')
  writeFileSync(script, code)
  const lineNumber = code.split('\n').findIndex((line) => line.includes('function sum'))
  const columnNumber = code.split('\n')[lineNumber]!.indexOf('(')
  const callFrame = { functionName: 'sum', scriptId: '1', url: pathToFileURL(script).href, lineNumber, columnNumber }
  const file = join(directory, 'profiles/one.cpuprofile')
  const profile = { nodes: [{ id: 1, callFrame }], startTime: 0, endTime: 1, samples: [1], timeDeltas: [0] }
  writeFileSync(file, JSON.stringify(profile))
  await placeInSources(directory)
  return JSON.parse(readFileSync(file, 'utf8')).nodes[0].callFrame
}

const compiled = (sourcemap: 'inline' | 'external') =>
  transformSync(SOURCE, { loader: 'ts', sourcemap, sourcefile: '../src/sum.ts' })

test('a function has the place of its source where the script has its map inline', async () => {
  expect(await placeOf(compiled('inline').code)).toMatchObject({
    functionName: 'sum',
    url: pathToFileURL(join(directory, 'src/sum.ts')).href,
    lineNumber: 3,
  })
})

test('a function has the place of its source where the map lies beside the script', async () => {
  const { code, map } = compiled('external')
  writeFileSync(join(directory, 'dist/sum.js.map'), map)
  expect(await placeOf(`${code}//# sourceMappingURL=sum.js.map\n`)).toMatchObject({
    url: pathToFileURL(join(directory, 'src/sum.ts')).href,
    lineNumber: 3,
  })
})

test.each([
  ['no map', ''],
  ['a map that is not there', '//# sourceMappingURL=sum.js.map\n'],
  ['a map that is none', `//# sourceMappingURL=data:application/json;base64,${Buffer.from('{').toString('base64')}\n`],
])('with %s it stays where it is', async (_, end) => {
  const { code } = compiled('external')
  expect(await placeOf(code + end)).toMatchObject({ url: pathToFileURL(join(directory, 'dist/sum.js')).href })
})

test('a damaged profile and a recording without one are left alone', async () => {
  writeFileSync(join(directory, 'profiles/cut.cpuprofile'), '{"nodes":[')
  await placeInSources(directory)
  expect(readFileSync(join(directory, 'profiles/cut.cpuprofile'), 'utf8')).toBe('{"nodes":[')
  await placeInSources(join(directory, 'nowhere'))
})
