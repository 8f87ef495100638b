import type { Case } from './case.ts'

/** A busy machine may not have had its last lines in time: that is not silence. */
export function isUnread({ seen, service, evidence }: Pick<Case, 'seen' | 'service' | 'evidence'>): boolean {
  const name = `last lines of ${service}/${seen?.replica ?? 1}:`
  return (seen?.logs ?? '').trim() === '' && (evidence.missing ?? []).some((part) => part.startsWith(name))
}
