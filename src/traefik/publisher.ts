import type { Route } from '../deploy/ports.ts'
import { routeFile } from './route-file.ts'

interface Parts {
  /** Fingerprint of the certificate that is there, made when it is missing or old. */
  ensure(): Promise<string>
  /** Places a route file; of several the last one asked for stays. */
  write(text: string): Promise<void>
  apiPort: number
}

/**
 * Publishes snapshots of all routes; resolves when this one or a newer one is in place. Which is newer is a matter of the calls: a look at
 * the certificate reads files, and an earlier one may well end later (it did, two servers in fifty that took over after a kill -9).
 */
export function createPublisher({ ensure, write, apiPort }: Parts): (routes: Route[]) => Promise<void> {
  let newest: Route[] = []
  return async (routes) => {
    newest = routes
    const leaf = await ensure()
    await write(routeFile(newest, { leaf, apiPort }))
  }
}
