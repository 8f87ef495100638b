import type { Config } from '../config.ts'
import { DeployError } from '../deploy/failure.ts'
import type { App } from './parts.ts'

/** Gives the app its socket; answers its address. Rejects with `port_in_use` when the port is taken. */
export async function listen(app: App, { apiHost, apiPort }: Pick<Config, 'apiHost' | 'apiPort'>): Promise<string> {
  try {
    return await app.listen({ host: apiHost, port: apiPort, listenTextResolver: (address) => `control plane listens on ${address}` })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new DeployError('port_in_use', `something else listens on ${apiHost}:${apiPort}`, {
      fix: 'Stop what listens there, or choose another port for the control plane with TORII_API_PORT.',
      cause: error,
    })
  }
}
