import { type Logger, pino } from 'pino'
import type { KnownSecrets } from './text/known-secrets.ts'

/** The log of the server on stderr: no line leaves with a secret that this process knows, and no line that could not be looked through. */
export function createLog(level: string, { log: secrets }: Pick<KnownSecrets, 'log'>, write: (line: string) => void = toStderr()) {
  return pino({ level }, { write: (line: string) => write(scrubbed(line, secrets)) })
}

function toStderr(): (line: string) => void {
  const stderr = pino.destination({ fd: 2, sync: true })
  return (line) => void stderr.write(line)
}

const leftOut = `${JSON.stringify({ level: pino.levels.values['error'], msg: 'a line of the log was left out: its secrets could not be hidden' })}\n`

/** Never throws: whoever logs is in the middle of something else, often of an answer. */
function scrubbed(line: string, secrets: KnownSecrets['log']): string {
  try {
    return secrets.text(line)
  } catch {
    return leftOut
  }
}

/** What nobody caught ends the process, as always; it is said by the log, and so without secrets, and not by Node. */
export function endWithLog(log: Pick<Logger, 'fatal'>): void {
  process.once('uncaughtException', (err) => {
    log.fatal({ err }, 'the control plane ends: nobody expected this')
    process.exit(1)
  })
}
