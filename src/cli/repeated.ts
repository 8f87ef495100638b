import { clockTime } from './table.ts'

/** Something that was tried at a moment, RFC 3339, and took so many ms. */
export interface Tried {
  at: string
  ms: number
}

/** Attempts in a row that ended alike. */
export interface Repeated<T extends Tried> {
  first: T
  last: T
  count: number
}

/** Attempts that follow each other with the same outcome, as one. */
export function repeatedBy<T extends Tried>(attempts: T[], outcome: (attempt: T) => string): Repeated<T>[] {
  const groups: Repeated<T>[] = []
  for (const attempt of attempts) {
    const group = groups.at(-1)
    if (group !== undefined && outcome(group.last) === outcome(attempt)) Object.assign(group, { last: attempt, count: group.count + 1 })
    else groups.push({ first: attempt, last: attempt, count: 1 })
  }
  return groups
}

/** "12:00:01.000 to 12:00:31.250, 24 times: HTTP 502 from the app"; of one alone `single`. */
export function repeatedText<T extends Tried>({ first, last, count }: Repeated<T>, words: { single(attempt: T): string; outcome(attempt: T): string }): string {
  if (count === 1) return `${clockTime(first.at)}  ${words.single(first)}`
  return `${clockTime(first.at)} to ${clockTime(last.at)}, ${count} times: ${words.outcome(last)}`
}
