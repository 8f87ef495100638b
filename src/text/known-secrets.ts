import { createScrubber, type Scrubber } from './scrubber.ts'
import { mayBeSecret } from './secret-names.ts'

/** Every secret that this process has to do with, by value: the one place that its sinks ask. */
export interface KnownSecrets {
  /** Adds secrets of Torii itself, for as long as the process lives: its tokens, logins of registries. */
  own(values: Record<string, string>): void
  /** Those of a revision or request, in place of what was known of it. */
  of(whose: string, values: Record<string, string>): void
  /** Torii's own by name. */
  owned(): Record<string, string>
  /** For what anybody is told: knows Torii's own. Those of a deployment are hidden before, where it is known which one. */
  readonly answers: Scrubber
  /** For the log of this process: knows all. */
  readonly log: Scrubber
}

/** Revisions and requests whose secrets are known at once. */
const most = 200

export function createKnownSecrets(): KnownSecrets {
  const own: Record<string, string> = {}
  const others = new Map<string, Record<string, string>>()
  let answers: Scrubber | null = null
  let log: Scrubber | null = null
  const forAnswers = () => (answers ??= createScrubber(own))
  const forLog = () => (log ??= createScrubber(merged([own, ...others.values()])))
  return {
    own: (values) => {
      for (const [name, value] of Object.entries(values)) if (mayBeSecret(value)) own[name] = value
      answers = null
      log = null
    },
    owned: () => ({ ...own }),
    of: (whose, values) => {
      others.delete(whose)
      others.set(whose, values)
      for (const oldest of [...others.keys()].slice(0, -most)) others.delete(oldest)
      log = null
    },
    answers: { text: (text) => forAnswers().text(text), values: (text) => forAnswers().values(text) },
    log: { text: (text) => forLog().text(text), values: (text) => forLog().values(text) },
  }
}

/** One name may have several values. */
function merged(all: Record<string, string>[]): Record<string, string> {
  const values = new Map(all.flatMap(Object.entries).map(([name, value]) => [value, name]))
  return Object.fromEntries([...values].map(([value, name], at) => [`${name}${at === 0 ? '' : ` ${at + 1}`}`, value]))
}
