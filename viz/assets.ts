import { existsSync, readFileSync } from 'node:fs'

/** The report's style sheet and script as the build left them. */
export type Assets = { readonly script: string; readonly styles: string }

let loaded: Assets | undefined

/** Reads what scripts/build.mjs bundled: beside this file in dist, or in dist when this file runs from source. */
export function loadAssets(): Assets {
  loaded ??= { script: readAsset('client.js'), styles: readAsset('styles.css') }
  return loaded
}

function readAsset(name: string): string {
  const beside = new URL(`./client/${name}`, import.meta.url)
  return readFileSync(existsSync(beside) ? beside : new URL(`../dist/viz/client/${name}`, import.meta.url), 'utf8')
}
