import { realClock } from '../clock.ts'
import { readConfig } from '../config.ts'
import { createAuthority } from '../traefik/authority.ts'
import { serverError } from './cli-error.ts'
import { print, printJson } from './output.ts'

/** The authority that clients of the public addresses have to trust. */
export async function ca({ json }: { json?: boolean }): Promise<void> {
  const config = readConfig()
  const certificate = await createAuthority({ config, clock: realClock })
    .caCertificate()
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EACCES') throw error
      throw serverError(`The state folder ${config.home} belongs to another user.`, 'Call torii as that user, or set TORII_HOME.', error)
    })
  if (json) printJson({ certificate })
  else print(certificate.trimEnd())
}
