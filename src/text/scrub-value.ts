import type { Scrubber } from './scrubber.ts'

/**
 * Fields whose texts are ours, or a name that everybody sees: who reads an answer finds things by them, and somebody's secret may be the same word.
 * Everything else is free text.
 */
const names = new Set(
  `id deployment name service state health kind wanted type step now verdict is at createdAt settledAt reason rule cause route url urls hop mark
  tool image stream since keyword`.split(/\s+/),
)
/** What a name looks like: a secret that is longer or odder is none. */
const nameLike = /^(?:[\w.:/@-]{1,200}|)$/

/** A copy of a JSON value in which every text is scrubbed, but those that are names. What was not text stays as it is. */
export function scrubValue<T>(value: T, scrubber: Scrubber): T {
  return scrubbed(value, scrubber) as T
}

/** For `JSON.stringify`: what it writes is scrubbed while it is written. */
export function scrubReplacer({ text }: Pick<Scrubber, 'text'>): (key: string, value: unknown) => unknown {
  return (key, value) => (typeof value === 'string' && !isName(key, value) ? text(value) : value)
}

function scrubbed(value: unknown, scrubber: Scrubber, key = ''): unknown {
  if (typeof value === 'string') return isName(key, value) ? value : scrubber.text(value)
  if (Array.isArray(value)) return value.map((each) => scrubbed(each, scrubber, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, scrubbed(part, scrubber, name)]))
}

function isName(key: string, value: string): boolean {
  return names.has(key) && nameLike.test(value)
}
