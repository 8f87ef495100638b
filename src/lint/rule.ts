import type { Extension } from './see/extension.ts'
import type { Place } from './see/source.ts'

/** error: it will be refused or fail. warning: it will probably not do what was meant. info: worth knowing. */
export type Severity = 'error' | 'warning' | 'info'

export const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[]

/** Replaces a stretch of a source. */
export interface Edit extends Place {
  text: string
}

/** Something that a rule has found. */
export interface Hit {
  at: Place
  /** What is there, without the service's name. */
  message: string
  service?: string | undefined
  /** Where it is less, or more, than what the rule says in general. */
  severity?: Severity
  /** Where there is more to say than the rule's own words. */
  fix?: string
  /** What `--fix` does: only what changes nothing but this mistake. */
  edits?: Edit[]
}

/** A Compose file, or files by their names. */
export type Sample = string | Record<string, string>

/** One row of the table. Its samples are in the docs and in the tests: `bad` is found, `good` is not. */
export interface Rule {
  /** Never changed and never given to another rule. */
  id: string
  name: string
  severity: Severity
  /** What is wrong, as a heading. */
  title: string
  /** Why it matters, as a sentence or two. */
  why: string
  /** What to do, as a sentence. */
  fix: string
  /** The guide's practice or the wild's mistake that it comes from. */
  from: string
  bad: Sample
  good: Sample
  find(extension: Extension): Hit[]
}
