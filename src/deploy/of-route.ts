import { rowOf } from './failure.ts'
import type { Trouble } from './verdict.ts'

/**
 * The way to the app, or what it answered: then the routed service's container has to do with it. Also where the proxy itself is silent:
 * what the app answers without it tells the two apart.
 */
export function isOfRoute({ reason }: Pick<Trouble, 'reason'>): boolean {
  return rowOf(reason).exit === 6 || reason === 'proxy_unreachable'
}
