import { once } from 'node:events'

/** Waits between attempts to reach an engine that is gone: not on the deployment's clock. */
export async function pause(ms: number): Promise<void> {
  await once(AbortSignal.timeout(ms), 'abort')
}
