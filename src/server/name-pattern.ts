/** Names with `*` for any characters, also none; three at most, so that a look takes no time. */
export const namePattern = '^(?!(?:[^*]*\\*){4})[a-z0-9*-]{1,63}$'

/** Whether any of the patterns is true of this name; without patterns any name will do. */
export function matchesName(patterns: readonly string[], name: string): boolean {
  return patterns.length === 0 || patterns.some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name))
}
