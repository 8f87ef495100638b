import type { Config } from '../config.ts'
import { addressOf } from './endpoint.ts'

/** Who answers where the control plane should. */
export type Health = { is: 'torii'; version: string; build: string } | { is: 'stranger' } | { is: 'nobody' }

const lookTimeout = 2_000

export async function health(config: Pick<Config, 'apiHost' | 'apiPort'>): Promise<Health> {
  try {
    const response = await fetch(`http://${addressOf(config)}/healthz`, { redirect: 'error', signal: AbortSignal.timeout(lookTimeout) })
    return healthOf(await response.json())
  } catch (error) {
    return refused(error) ? { is: 'nobody' } : { is: 'stranger' }
  }
}

function healthOf(body: unknown): Health {
  const { version, build } = Object(body) as { version?: unknown; build?: unknown }
  return typeof version === 'string' && typeof build === 'string' ? { is: 'torii', version, build } : { is: 'stranger' }
}

/** Whoever accepts a connection and then says nothing we understand is somebody. */
function refused(error: unknown): boolean {
  const { code } = Object((error as Error).cause) as { code?: string }
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'UND_ERR_SOCKET'
}
