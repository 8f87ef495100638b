import { type Few, rememberFew } from './remember-few.ts'
import { createScrubber, type Scrubber } from './scrubber.ts'
import { joinSecrets, type Secrets, secretsFrom } from './secrets.ts'

/** Every secret that this process has to do with, by value: the one place that its sinks ask. */
export interface KnownSecrets {
  /** Adds secrets of Torii itself by name, for as long as the process lives: its tokens, logins of registries. A name keeps its last values. */
  own(values: Record<string, string>): void
  /** Those of a revision or request, in place of what was known of it. */
  of(whose: string, secrets: Secrets): void
  /** Torii's own. */
  owned(): Secrets
  /** For what anybody is told: knows Torii's own. Those of a deployment are hidden before, where it is known which one. */
  readonly answers: Scrubber
  /** For the log of this process: knows all. */
  readonly log: Scrubber
}

/** Revisions and requests whose secrets are known at once. */
const most = 200
/** Values that one name has had: logins of some registries are others every few hours. */
const mostOfOne = 20

/** Values of revisions and requests that the log is searched for: a scrubber of so many takes about a second to make. */
const mostInLog = 2000

export function createKnownSecrets(): KnownSecrets {
  const own = new Map<string, Few<string, string>>()
  const others = rememberFew<string, Secrets>(most)
  let answers: Scrubber | null = null
  let log: Scrubber | null = null
  const owned = () => secretsFrom([...own].flatMap(([name, values]) => [...values.values()].map((value) => [name, value] as const)))
  const forAnswers = () => (answers ??= createScrubber(owned()))
  const forLog = () => (log ??= createScrubber(joinSecrets(owned(), ...shared([...others.values()]))))
  return {
    own: (values) => {
      for (const [name, value] of Object.entries(values)) {
        const before = own.get(name) ?? rememberFew<string, string>(mostOfOne)
        before.set(value, value)
        own.set(name, before)
      }
      answers = null
      log = null
    },
    owned,
    of: (whose, secrets) => {
      others.set(whose, secrets)
      log = null
    },
    answers: { text: (text) => forAnswers().text(text), values: (text) => forAnswers().values(text) },
    log: { text: (text) => forLog().text(text), values: (text) => forLog().values(text) },
  }
}

/** Each a fair share, so that nobody's many leave others' few unknown: the smallest are whole, the largest what is left. */
function shared(all: Secrets[]): Secrets[] {
  const taken = new Set<string>()
  const smallestFirst = all.toSorted((a, b) => a.size - b.size)
  return smallestFirst.map((secrets, at) => {
    const share = Math.floor((mostInLog - taken.size) / (smallestFirst.length - at))
    const part = [...secrets].filter(([value]) => !taken.has(value)).slice(0, share)
    for (const [value] of part) taken.add(value)
    return new Map(part)
  })
}
