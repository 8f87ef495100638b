/** Wakes whoever waits: each ring wakes all that asked before it. */
export interface Bell {
  ring(): void
  next(): Promise<void>
}

export function createBell(): Bell {
  let rung = Promise.withResolvers<void>()
  return {
    ring: () => {
      rung.resolve()
      rung = Promise.withResolvers()
    },
    next: () => rung.promise,
  }
}
