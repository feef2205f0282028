import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { collectInventory } from './inventory.js'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'infer-diag-inventory-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

test('the host is described and a machine without nvidia-smi has no GPUs', async () => {
  const { host, gpus } = await collectInventory({ nvidiaSmi: join(directory, 'none') })
  expect(host).toMatchObject({ cores: cpus().length, memoryBytes: totalmem(), arch: process.arch })
  expect(host.os).not.toBe('')
  expect(host.cpuModel).not.toBe('')
  expect(gpus).toEqual([])
})

test('GPUs are listed as nvidia-smi names them', async () => {
  const { gpus } = await collectInventory({
    nvidiaSmi: standIn('echo "NVIDIA L4, 23034, 550.54.15"'),
    timeoutMs: 10_000,
  })
  expect(gpus).toEqual([{ name: 'NVIDIA L4', memoryBytes: 23034 * 1024 * 1024, driver: '550.54.15', simulated: false }])
})

test('an nvidia-smi that hangs or fails costs the GPUs, not the inventory', async () => {
  const hanging = await collectInventory({ nvidiaSmi: standIn('exec sleep 60'), timeoutMs: 200 })
  expect(hanging.gpus).toEqual([])
  expect(hanging.host.cores).toBe(cpus().length)
  expect((await collectInventory({ nvidiaSmi: standIn('echo "failed, to, talk"; exit 9') })).gpus).toEqual([])
})

function standIn(script: string): string {
  const path = join(directory, 'nvidia-smi')
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
  return path
}
