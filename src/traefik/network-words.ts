import { cleanText } from '../text/clean.ts'

/** OpenSSL's and libuv's codes as clauses (Node 24). A trouble of the certificate always begins with "certificate". */
const words: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed without an answer',
  EPIPE: 'connection closed without an answer',
  EHOSTUNREACH: 'no way to the host',
  ENETUNREACH: 'no way to the network',
  EADDRNOTAVAIL: 'no such address on this machine',
  ETIMEDOUT: 'the connection timed out',
  CERT_HAS_EXPIRED: 'certificate expired',
  CERT_NOT_YET_VALID: 'certificate not valid yet',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate of another authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate of another authority',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate of another authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate of another authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate of another authority',
  CERT_SIGNATURE_FAILURE: 'certificate of another authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate of another host',
  HPE_HEADER_OVERFLOW: 'the answer’s headers exceed 256 KiB',
}

export function networkWords(error: NodeJS.ErrnoException): string {
  const code = error.code ?? ''
  const known = words[code]
  if (known !== undefined) return known
  if (code.startsWith('CERT_')) return `certificate not valid: ${cleanText(error.message, { max: 200 })}`
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) return `TLS failed: ${cleanText(code === 'EPROTO' ? 'no TLS there' : error.message, { max: 200 })}`
  if (code.startsWith('HPE_')) return `the answer is no HTTP: ${cleanText(error.message, { max: 200 })}`
  return cleanText(error.message, { max: 200 }) || 'the connection failed'
}
