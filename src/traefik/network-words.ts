import type { ProbeFailure } from '../deploy/record.ts'
import { cleanText } from '../text/clean.ts'

/** OpenSSL's and libuv's codes as clauses (Node 24). */
const words: Record<string, [ProbeFailure, string]> = {
  ECONNREFUSED: ['refused', 'connection refused'],
  ECONNRESET: ['closed', 'connection closed without an answer'],
  EPIPE: ['closed', 'connection closed without an answer'],
  EHOSTUNREACH: ['no_way', 'no way to the host'],
  ENETUNREACH: ['no_way', 'no way to the network'],
  EADDRNOTAVAIL: ['no_way', 'no such address on this machine'],
  ETIMEDOUT: ['timeout', 'the connection timed out'],
  CERT_HAS_EXPIRED: ['certificate', 'certificate expired'],
  CERT_NOT_YET_VALID: ['certificate', 'certificate not valid yet'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['certificate', 'certificate of another authority'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['certificate', 'certificate of another authority'],
  UNABLE_TO_GET_ISSUER_CERT: ['certificate', 'certificate of another authority'],
  SELF_SIGNED_CERT_IN_CHAIN: ['certificate', 'certificate of another authority'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['certificate', 'certificate of another authority'],
  CERT_SIGNATURE_FAILURE: ['certificate', 'certificate of another authority'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['certificate', 'certificate of another host'],
  HPE_HEADER_OVERFLOW: ['no_http', 'the answer’s headers exceed 256 KiB'],
}

/** Why there is no answer, and the clause that says so. */
export function networkTrouble(error: NodeJS.ErrnoException): { failed: ProbeFailure; detail: string } {
  const code = error.code ?? ''
  const [failed, detail] = words[code] ?? unlisted(code, cleanText(error.message, { max: 200 }))
  return { failed, detail }
}

function unlisted(code: string, said: string): [ProbeFailure, string] {
  if (code.startsWith('CERT_')) return ['certificate', `certificate not valid: ${said}`]
  if (code === 'EPROTO') return ['tls', 'TLS failed: no TLS there']
  if (code.startsWith('ERR_SSL')) return ['tls', `TLS failed: ${said}`]
  if (code.startsWith('HPE_')) return ['no_http', `the answer is no HTTP: ${said}`]
  return ['closed', said || 'the connection failed']
}
