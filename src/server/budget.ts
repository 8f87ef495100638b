import { isIPv6 } from 'node:net'
import type { Clock } from '../deploy/ports.ts'

/** What has become too much of one address, or of all together. */
export interface Budget {
  /** Counts one. How many there were of this address within the window, this one included. */
  count(address: string): number
  /** ms until the window of this address begins anew. */
  untilNext(address: string): number
}

/** Addresses that are remembered: more than that at once is a flood, and the oldest are forgotten. */
const most = 4096

/** Fixed windows of `within` ms, one an address, from its first attempt on. */
export function createBudget({ clock, within }: { clock: Pick<Clock, 'monotonic'>; within: number }): Budget {
  const windows = new Map<string, { count: number; end: number }>()
  const of = (address: string) => {
    const found = windows.get(networkOf(address))
    return found !== undefined && found.end > clock.monotonic() ? found : undefined
  }
  return {
    count: (address) => {
      const window = of(address) ?? { count: 0, end: clock.monotonic() + within }
      window.count += 1
      const key = networkOf(address)
      if (window.count === 1) windows.delete(key)
      windows.set(key, window)
      const [oldest] = windows.keys()
      if (windows.size > most && oldest !== undefined) windows.delete(oldest)
      return window.count
    },
    untilNext: (address) => Math.max(0, (of(address)?.end ?? 0) - clock.monotonic()),
  }
}

/** Of IPv6 a /64 is one subscriber's (RFC 6177). */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = ''] = address.split('::')
  return head.split(':').slice(0, 4).join(':')
}
