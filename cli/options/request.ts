import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { DiagError } from '../../core/errors.js'
import type { RequestPlan } from '../recording/plan.js'
import { parseHeaders } from './header.js'
import { unreadableInput } from './unreadable-input.js'

export type RequestOptions = {
  readonly url?: string
  readonly method?: string
  readonly header?: readonly string[]
  readonly body?: string
  readonly insecure?: boolean
}

/** What to send, read and checked. A body makes it a POST and gets a content type unless they are given. */
export function parseRequest(options: RequestOptions): RequestPlan {
  const url = parseHttpUrl(options.url, '--url')
  const body = options.body === undefined ? null : readBody(options.body)
  const headers = parseHeaders(options.header ?? [])
  if (options.body !== undefined && headers['content-type'] === undefined) {
    headers['content-type'] = contentType(options.body)
  }
  const method = (options.method ?? (body === null ? 'GET' : 'POST')).toUpperCase()
  if (!/^[A-Z]+$/.test(method)) {
    throw new DiagError('usage', `--method got '${options.method}', wanted an HTTP method`, 'write --method POST')
  }
  if (body !== null && (method === 'GET' || method === 'HEAD')) {
    throw new DiagError('usage', `a ${method} request cannot carry --body`, 'drop --body, or use --method POST')
  }
  return { url, method, headers, body, insecure: options.insecure === true }
}

const URL_EXAMPLES = {
  '--url': 'write --url http://127.0.0.1:3000/predict',
  '--ready': 'write --ready http://127.0.0.1:3000/ready',
  '<url>': 'write for example http://127.0.0.1:3000/predict',
} as const

/** An http or https URL. Throws a usage error that names `option`. */
export function parseHttpUrl(text: string | undefined, option: keyof typeof URL_EXAMPLES): URL {
  const example = URL_EXAMPLES[option]
  if (text === undefined) throw new DiagError('usage', `${option} is missing`, example)
  if (!URL.canParse(text)) throw new DiagError('usage', `${option} got '${text}', wanted a URL`, example)
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new DiagError('usage', `${option} got '${text}', wanted http:// or https://`, example)
  }
  // Nor shown: a password has no place in a log.
  if (url.username !== '' || url.password !== '') {
    const hint = `write it without, and --header "authorization: Basic $(printf %s user:password | base64)"`
    throw new DiagError('usage', `${option} has a user name in it, which is not sent`, hint)
  }
  return url
}

function readBody(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw unreadableInput('--body', file, error, 'give --body the file to send')
  }
}

function contentType(file: string): string {
  return extname(file).toLowerCase() === '.json' ? 'application/json' : 'application/octet-stream'
}
