import type { Clock } from './deploy/ports.ts'
import type { RouteTable } from './deploy/route-table.ts'

const day = 24 * 3_600_000

/**
 * Publishing makes a certificate anew that ends within 30 days, and has the proxy read it. Where nobody deploys, nobody publishes:
 * so this does it once a day, until the signal aborts.
 */
export async function keepCertificates(
  routes: Pick<RouteTable, 'refreshAll'>,
  { clock, log }: { clock: Clock; log: { warn(facts: object, message: string): void } },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    await clock.sleep(day, signal).catch(() => {})
    if (signal.aborted) return
    await routes.refreshAll().catch((error) => log.warn({ err: error }, 'the certificate could not be looked at'))
  }
}
