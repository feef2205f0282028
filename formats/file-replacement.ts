import { open, rename, rm } from 'node:fs/promises'

/**
 * Writes a file beside the old one, flushes it to the disk and renames it into place: at every moment there is either
 * the old file or the whole new one. On failure the old file stands and the half-written one is removed.
 */
export async function replaceFile(
  path: string,
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    const handle = await open(temporary, 'w')
    try {
      for await (const part of parts) await handle.writeFile(part)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}
