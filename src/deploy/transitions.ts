/** Every state of a revision and where it may go next (guide, "Deployment Status Lifecycle"; reading 22). */
export const transitions = {
  UNINITIALIZED: ['PULLING_IMAGES', 'FAILED'],
  PULLING_IMAGES: ['REQUESTED', 'FAILED'],
  REQUESTED: ['DEPLOYED', 'FAILED'],
  DEPLOYED: [],
  FAILED: [],
} as const satisfies Record<string, readonly string[]>

export type State = keyof typeof transitions

/** True when the table has an arrow `from` → `to`. */
export function mayMove(from: State, to: State): boolean {
  return (transitions[from] as readonly State[]).includes(to)
}

/** A settled revision has no way out. */
export function isSettled(state: State): boolean {
  return transitions[state].length === 0
}
