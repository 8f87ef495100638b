import { type Logger, pino } from 'pino'
import type { KnownSecrets } from './text/known-secrets.ts'

/** The log of the server on stderr: no line leaves with a secret that this process knows. */
export function createLog(level: string, { log: secrets }: Pick<KnownSecrets, 'log'>) {
  const stderr = pino.destination({ fd: 2, sync: true })
  return pino({ level }, { write: (line: string) => void stderr.write(secrets.text(line)) })
}

/** What nobody caught ends the process, as always; it is said by the log, and so without secrets, and not by Node. */
export function endWithLog(log: Pick<Logger, 'fatal'>): void {
  process.once('uncaughtException', (err) => {
    log.fatal({ err }, 'the control plane ends: nobody expected this')
    process.exit(1)
  })
}
