import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { writeSynthetic } from '../support/synthetic-on-disk.js'
import { temporaryDirectory } from '../support/temporary-directory.js'
import { runCli } from './command-line.js'

const SHORT = { durationMs: 5000, warmupMs: 500 }

test('postmortem writes a document and its charts where it is told to, and says where', async () => {
  const dir = await temporaryDirectory(onTestFinished)
  await writeSynthetic(dir, 'slow', { ...SHORT, seed: 2 })
  await writeSynthetic(dir, 'fixed', { ...SHORT, parseMs: 0.1 })

  const alone = await runCli(['postmortem', 'slow'], dir)
  expect(alone).toMatchObject({
    code: 0,
    stderr: '',
    stdout: `postmortem written to ${join('slow-postmortem', 'postmortem.md')}\n`,
  })

  const again = await runCli(['postmortem', 'slow'], dir)
  expect(again).toMatchObject({ code: 2, stdout: '' })
  expect(again.stderr).toBe(
    'error: slow-postmortem already holds postmortem.md\nhint: choose another -o, or add --force\n',
  )
  expect(await runCli(['postmortem', 'slow', '--force'], dir)).toMatchObject({ code: 0 })

  const both = await runCli(['postmortem', 'slow', '--after', 'fixed', '-o', 'incident', '--json'], dir)
  const { document, charts } = JSON.parse(both.stdout) as { document: string; charts: string[] }
  expect(readFileSync(join(dir, document), 'utf8')).toContain('### Measured effect')
  expect(charts.every((chart) => existsSync(join(dir, chart)))).toBe(true)

  const foretold = ['--after', 'fixed', '--set', 'stage.deserialize=0.03x']
  expect(await runCli(['postmortem', 'slow', ...foretold, '-o', 'foretold'], dir)).toMatchObject({ code: 0 })
  expect(readFileSync(join(dir, 'foretold', 'postmortem.md'), 'utf8')).toMatch(
    /One change without adding instances:\n\n1\. \*\*A cheaper deserialize\*\* .*\n\nWith the change the p95 was predicted .* and measured /,
  )
  expect(await runCli(['postmortem', 'slow', '--set', 'batch.waitMs=5'], dir)).toMatchObject({
    code: 2,
    stderr: 'error: --set needs --after\nhint: name the recording that was made with the fix\n',
  })

  writeFileSync(join(dir, 'taken'), '')
  const taken = await runCli(['postmortem', 'slow', '-o', 'taken'], dir)
  expect(taken).toMatchObject({ code: 2, stdout: '' })
})
