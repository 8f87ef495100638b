import type { Clock } from './deploy/ports.ts'
import type { RouteTable } from './deploy/route-table.ts'
import { onceADay } from './once-a-day.ts'

/**
 * Publishing makes a certificate anew that ends within 30 days, and has the proxy read it. Where nobody deploys, nobody publishes:
 * so this does it once a day, until the signal aborts.
 */
export async function keepCertificates(
  routes: Pick<RouteTable, 'refreshAll'>,
  needs: { clock: Clock; log: { warn(facts: object, message: string): void } },
  signal: AbortSignal,
): Promise<void> {
  return onceADay(() => routes.refreshAll(), 'the certificate could not be looked at', needs, signal)
}
