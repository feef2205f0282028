// Builds dist/: TypeScript by tsc, the report's browser code by esbuild. `npm ci` runs it through `prepare`.
// --if-changed: do nothing when dist/ is newer than every source. `npx infer-diag` in a checkout runs `prepare` again.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')
const stamp = join(dist, '.built')
const SOURCES = [
  'agent',
  'core',
  'formats',
  'load',
  'viz',
  'cli',
  'fixtures',
  'scripts',
  'package.json',
  'tsconfig.json',
]

if (!process.argv.includes('--if-changed') || changed()) await compile()

function changed() {
  if (!existsSync(stamp)) return true
  const built = statSync(stamp).mtimeMs
  return SOURCES.map((name) => join(root, name)).some((path) => newest(path) > built)
}

function newest(path) {
  const entry = statSync(path)
  if (!entry.isDirectory()) return entry.mtimeMs
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

async function compile() {
  rmSync(dist, { recursive: true, force: true })
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  })
  await build({
    absWorkingDir: root,
    entryPoints: { client: 'viz/client/main.ts', styles: 'viz/client/styles.css' },
    outdir: 'dist/viz/client',
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
  })
  chmodSync(join(dist, 'cli/main.js'), 0o755)
  writeFileSync(stamp, '')
}
