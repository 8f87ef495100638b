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

/** Values of revisions and requests that the log is searched for: a scrubber of so many takes about a second to make. */
const mostInLog = 2000

export function createKnownSecrets(): KnownSecrets {
  const own: Record<string, string> = {}
  const others = new Map<string, Record<string, string>>()
  let answers: Scrubber | null = null
  let log: Scrubber | null = null
  const forAnswers = () => (answers ??= createScrubber(own))
  const forLog = () => (log ??= createScrubber(merged([own, ...shared([...others.values()])])))
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

/** Each a fair share, so that nobody's many leave others' few unknown: the smallest are whole, the largest what is left. */
function shared(all: Record<string, string>[]): Record<string, string>[] {
  const taken = new Set<string>()
  const smallestFirst = all.map((values) => Object.entries(values)).toSorted((a, b) => a.length - b.length)
  return smallestFirst.map((entries, at) => {
    const share = Math.floor((mostInLog - taken.size) / (smallestFirst.length - at))
    const part = entries.filter(([, value]) => !taken.has(value)).slice(0, share)
    for (const [, value] of part) taken.add(value)
    return Object.fromEntries(part)
  })
}

/** One name may have several values. */
function merged(all: Record<string, string>[]): Record<string, string> {
  const values = new Map(all.flatMap(Object.entries).map(([name, value]) => [value, name]))
  return Object.fromEntries([...values].map(([value, name], at) => [`${name}${at === 0 ? '' : ` ${at + 1}`}`, value]))
}
