import { spawnSync } from 'node:child_process'

/** Null where there is no openssl to make one. */
export function selfSigned(): { key: string; cert: string } | null {
  const subject = ['-subj', '/CN=127.0.0.1', '-days', '1']
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    ...subject,
    '-keyout',
    '-',
    '-out',
    '-',
  ])
  if (made.status !== 0) return null
  const pem = made.stdout.toString()
  const at = pem.indexOf('-----BEGIN CERTIFICATE')
  return at < 0 ? null : { key: pem.slice(0, at), cert: pem.slice(at) }
}
