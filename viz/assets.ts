import { existsSync, readFileSync } from 'node:fs'

/** The report's style sheet and script as the build left them. */
export type Assets = { readonly script: string; readonly styles: string }

let loaded: Assets | undefined

/** Reads what scripts/build.mjs bundled: beside this file in dist, or in dist when this file runs from source. */
export function loadAssets(): Assets {
  loaded ??= readAssets()
  return loaded
}

function readAssets(): Assets {
  const beside = new URL('./client/', import.meta.url)
  // Beside the source of this file lie the sources of the client: no client.js.
  const folder = existsSync(new URL('client.js', beside)) ? beside : new URL('../dist/viz/client/', import.meta.url)
  const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')
  return { script: read('client.js'), styles: read('styles.css') }
}
