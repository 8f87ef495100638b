import { cleanText } from '../text/clean.ts'
import type { Container, Ports } from './ports.ts'
import { type Revision, refOf } from './record.ts'
import { lastLineOf } from './words.ts'

/** What is told of a check is its last line: the whole is kept with the attempt. */
const longestLine = 300

/** Writes down each health check once: the engine keeps only the last five of a container. */
export async function createAttemptRecorder(revision: Revision, { store }: Pick<Ports, 'store'>): Promise<(container: Container) => Promise<void>> {
  const ref = refOf(revision)
  const last = new Map<string, string>()
  for (const { of, kept } of await store.attempts(ref)) if (of.is === 'check') last.set(`${of.service}/${of.replica}`, kept.at(-1)?.at ?? '')

  return async ({ service, replica, health }) => {
    const name = `${service}/${replica}`
    const log = health?.log ?? []
    // By its place and not by its time: the clock of the engine's host may be set back.
    const fresh = log.slice(log.findLastIndex(({ at }) => at === last.get(name)) + 1)
    if (fresh.length === 0) return
    last.set(name, fresh.at(-1)?.at ?? '')
    for (const attempt of fresh) {
      await store.attempt(ref, { is: 'check', service, replica }, attempt)
      await store.tell(ref, {
        type: 'attempt',
        service,
        replica,
        ms: attempt.ms,
        exit: attempt.exit,
        output: cleanText(lastLineOf(attempt.output), { max: longestLine }),
      })
    }
  }
}
