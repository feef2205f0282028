import { DiagError } from '../../core/errors.js'

/** `20%` or `0.2` as 0.2; at least 0 and at most `most`. Throws a usage error that names `option`. */
export function parseShare(text: string, option: string, most = 1): number {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim())
  const share = Number(match?.[1] ?? Number.NaN) / (match?.[2] === '%' ? 100 : 1)
  if (!(share >= 0 && share <= most)) {
    throw new DiagError('usage', `${option} got '${text}', wanted a share up to ${most * 100}%`, `write ${option} 20%`)
  }
  return share
}
