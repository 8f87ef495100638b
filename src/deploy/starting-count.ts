import { markOf, type RevisionRef } from './record.ts'

/** How many containers with a health check start right now, over all deployments: they share the budget of fast start (design §3.2). */
export interface StartingCount {
  begin(ref: RevisionRef, containers: number): Disposable
  /** In other revisions than this one. */
  others(ref: RevisionRef): number
}

export function createStartingCount(): StartingCount {
  const counts = new Map<string, number>()
  return {
    begin: (ref, containers) => {
      counts.set(markOf(ref), containers)
      return { [Symbol.dispose]: () => void counts.delete(markOf(ref)) }
    },
    others: (ref) => [...counts].reduce((sum, [mark, count]) => sum + (mark === markOf(ref) ? 0 : count), 0),
  }
}
