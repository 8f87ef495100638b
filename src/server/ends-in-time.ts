import type { ServerResponse } from 'node:http'
import type { Clock } from '../deploy/ports.ts'
import type { App } from './parts.ts'

/**
 * Closing takes no more connections, ends the streams at once, gives other requests their grace, then drops every connection: by
 * itself a server waits for the slowest. The signal aborts when it begins.
 */
export function endsInTime(app: App, clock: Clock, grace: number): AbortSignal {
  const closing = new AbortController()
  const inProgress = new Set<ServerResponse>()
  app.addHook('onRequest', async (_, { raw }) => {
    inProgress.add(raw)
    raw.once('close', () => inProgress.delete(raw))
  })
  app.addHook('preClose', async () => {
    if (app.server.listening) app.server.close()
    closing.abort()
    await Promise.race([allClosed(inProgress), clock.sleep(grace)])
    app.server.closeAllConnections()
  })
  return closing.signal
}

async function allClosed(responses: Set<ServerResponse>): Promise<void> {
  await Promise.all([...responses].map((raw) => new Promise((resolve) => raw.once('close', resolve))))
}
