const UNTRUSTED = 'its certificate is not trusted: name its CA in NODE_EXTRA_CA_CERTS, or add --insecure'
const REDIRECTED = 'redirects are not followed: write the URL that it leads to'

/** What to change where requests fail so: statuses, and the error codes of Node and undici. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  'status 301': REDIRECTED,
  'status 302': REDIRECTED,
  'status 303': REDIRECTED,
  'status 307': REDIRECTED,
  'status 308': REDIRECTED,
  'status 401': 'it wants credentials: add a --header',
  'status 403': 'it wants credentials: add a --header',
  'status 404': 'no such path: correct the URL',
  'status 405': 'choose another --method',
  'status 413': 'the body is too large for it',
  'status 415': 'add a --header with the Content-Type that it wants',
  timeout: 'no complete answer in time',
  ECONNREFUSED: 'nobody listens there',
  UND_ERR_CONNECT_TIMEOUT: 'nobody takes the connection',
  ENOTFOUND: 'no such host',
  UND_ERR_SOCKET: 'it closed the connection before its answer was complete; a service that speaks TLS wants https://',
  HTTPParserError: 'its answer is no HTTP/1.1, the only version that is sent',
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: 'it speaks no HTTP/1.1, the only version that is sent',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS there: write the URL with http://',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name: write the URL with that, or add --insecure',
  CERT_HAS_EXPIRED: 'its certificate has expired: renew it, or add --insecure',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  EMFILE: 'more open files than ulimit -n allows',
  ENFILE: 'more open files than the machine allows',
  EADDRNOTAVAIL: 'no local port is free',
  ENOBUFS: 'no memory for sockets',
  ENOMEM: 'no memory for sockets',
}

/** "status 404 (no such path: correct the URL)". `label`: "status <n>", or an error code. */
export function explained(label: string): string {
  const explanation = EXPLANATIONS[label]
  return explanation === undefined ? label : `${label} (${explanation})`
}

/** What to do about a service that takes requests and does not answer them in time. */
export const NO_ANSWER_HINT =
  'does it hang, or wait for another --method or --body? Its log may say; where answers take longer, raise --timeout'
