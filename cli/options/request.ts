import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { DiagError } from '../../core/errors.js'
import type { RequestPlan } from '../recording/plan.js'
import { parseHeaders } from './header.js'

export type RequestOptions = {
  readonly url?: string
  readonly method?: string
  readonly header?: readonly string[]
  readonly body?: string
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
  return { url, method, headers, body }
}

/** An http or https URL. Throws a usage error that names `option`. */
export function parseHttpUrl(text: string | undefined, option: string): URL {
  const example = `write ${option} http://127.0.0.1:3000/predict`
  if (text === undefined) throw new DiagError('usage', `${option} is missing`, example)
  if (!URL.canParse(text)) throw new DiagError('usage', `${option} got '${text}', wanted a URL`, example)
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new DiagError('usage', `${option} got '${text}', wanted http:// or https://`, example)
  }
  return url
}

function readBody(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const reason = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a directory' : String(code)
    throw new DiagError('usage', `cannot read --body ${file}: ${reason}`, 'give --body the file to send')
  }
}

function contentType(file: string): string {
  return extname(file).toLowerCase() === '.json' ? 'application/json' : 'application/octet-stream'
}
