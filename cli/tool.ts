import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** This package's version, from its package.json wherever it is installed. */
export function toolVersion(): string {
  const { version } = require('infer-diag/package.json') as { version: string }
  return version
}

/** Path of the built agent entry that `node --import` loads into a service. */
export function registerPath(): string {
  return require.resolve('infer-diag/register')
}
