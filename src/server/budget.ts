import type { Clock } from '../deploy/ports.ts'

/** What has become too much of one key: whatever is counted together. */
export interface Budget {
  /** Counts one. How many there were of this key within the window, this one included. */
  count(key: string): number
  /** ms until the window of this key begins anew. */
  untilNext(key: string): number
}

/** Keys that are remembered: more than that at once is a flood, and the oldest are forgotten. */
const most = 4096

/** Fixed windows of `within` ms, one a key, from the first that is counted. */
export function createBudget({ clock, within }: { clock: Pick<Clock, 'monotonic'>; within: number }): Budget {
  const windows = new Map<string, { count: number; end: number }>()
  const of = (key: string) => {
    const found = windows.get(key)
    return found !== undefined && found.end > clock.monotonic() ? found : undefined
  }
  return {
    count: (key) => {
      const window = of(key) ?? { count: 0, end: clock.monotonic() + within }
      window.count += 1
      if (window.count === 1) windows.delete(key)
      windows.set(key, window)
      const [oldest] = windows.keys()
      if (windows.size > most && oldest !== undefined) windows.delete(oldest)
      return window.count
    },
    untilNext: (key) => Math.max(0, (of(key)?.end ?? 0) - clock.monotonic()),
  }
}
