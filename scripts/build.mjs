// Builds dist/: TypeScript by tsc, the report's browser code by esbuild. Run by `npm ci` through `prepare`.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
if (existsSync(join(root, 'viz/client/main.ts'))) {
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
}
linkOwnBin()

// npx looks in node_modules/.bin first: with the link there, `npx infer-diag` in this checkout installs nothing.
function linkOwnBin() {
  const main = join(dist, 'cli/main.js')
  if (!existsSync(main)) return
  chmodSync(main, 0o755)
  if (process.platform === 'win32') return
  const link = join(root, 'node_modules/.bin/infer-diag')
  mkdirSync(dirname(link), { recursive: true })
  rmSync(link, { force: true })
  symlinkSync('../../dist/cli/main.js', link)
}
