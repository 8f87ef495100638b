import { pino } from 'pino'
import type { KnownSecrets } from './text/known-secrets.ts'

/** The log of the server on stderr: no line leaves with a secret that this process knows. */
export function createLog(level: string, { log: secrets }: Pick<KnownSecrets, 'log'>) {
  const stderr = pino.destination({ fd: 2, sync: true })
  return pino({ level }, { write: (line: string) => void stderr.write(secrets.text(line)) })
}
