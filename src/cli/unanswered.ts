import { oneLine } from '../text/one-line.ts'
import { type CliError, serverError, serverGone } from './cli-error.ts'
import type { Endpoint } from './endpoint.ts'

/** No answer came: nobody listens there, it went away, or it is not who it should be. */
export function unanswered({ address, remote }: Pick<Endpoint, 'address' | 'remote'>, error: unknown): CliError {
  if (!remote) return serverGone(address, error)
  const { code = '', message = '' } = Object(Object(error).cause ?? error) as { code?: string; message?: string }
  if (isOfCertificate(code))
    return serverError(
      `The certificate of ${address} is not trusted: ${oneLine(withoutAdvice(message), 200)}.`,
      'Give the authority that signed it with --ca FILE or TORII_CA (`torii ca` on that machine prints it), and ask under a name the certificate is for.',
      error,
    )
  return serverError(
    `The control plane does not answer on ${address}${code === '' ? '' : ` (${oneLine(code, 40)})`}.`,
    'Check the address, and that it runs there with TORII_API_BIND.',
    error,
  )
}

/** Node advises its own user: `; if the root CA is installed locally, try running Node.js with --use-system-ca` (Node 24). */
function withoutAdvice(message: string): string {
  return message.replace(/; if the root CA .*$/, '')
}

/** OpenSSL's verdicts on a certificate, and Node's on its names (Node 24, tls). */
function isOfCertificate(code: string): boolean {
  return /CERT|UNABLE_TO_VERIFY|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA/.test(code)
}
