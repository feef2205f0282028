/** Where the compiled file of a worker thread is. `name`: its path in this folder, without the extension. */
export function threadUrl(name: string): URL {
  // Worker threads load JavaScript only; tests run this file as TypeScript and take the threads from the last build.
  const compiled = import.meta.url.endsWith('.ts') ? '../dist/load/' : './'
  return new URL(`${compiled}${name}.js`, import.meta.url)
}
