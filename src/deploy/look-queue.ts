export type Wanted = string[] | 'all'

/**
 * Looks one at a time: what is asked for during a look is looked at together right after it. `ask` resolves when a look that began
 * after it has ended, and rejects as that look does; `rest` when all that were asked for have ended.
 */
export function createLookQueue(look: (wanted: Wanted) => Promise<void>): { ask(wanted: Wanted): Promise<void>; rest(): Promise<void> } {
  let last: Promise<unknown> = Promise.resolve()
  let next: { wanted: Set<string> | 'all'; done: Promise<void> } | null = null

  const begin = () => {
    const wanted = new Set<string>()
    const done = last.then(() => {
      const all = next?.wanted === 'all'
      next = null
      return look(all ? 'all' : [...wanted])
    })
    last = done.catch(() => {})
    return { wanted, done }
  }

  return {
    ask: (asked) => {
      next ??= begin()
      if (asked === 'all') next.wanted = 'all'
      else if (next.wanted !== 'all') for (const id of asked) next.wanted.add(id)
      return next.done
    },
    rest: async () => {
      await last
    },
  }
}
