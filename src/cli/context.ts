import { realClock } from '../clock.ts'
import { type Config, readConfig } from '../config.ts'
import type { Clock } from '../deploy/ports.ts'
import { type Api, createApi } from './api.ts'
import { createClient } from './client.ts'
import { type Endpoint, endpointOf, localEndpoint, type ServerOptions } from './endpoint.ts'

export interface Context {
  config: Config
  api: Api
  clock: Clock
  /** Another control plane than this machine's: nothing is prepared or started for it. */
  remote: boolean
}

/** What a command that asks a control plane works with: the one it names, else this machine's. */
export function context(options: ServerOptions): Context {
  const config = readConfig()
  return withEndpoint(config, endpointOf(options, config))
}

/** What a command that is about this machine works with. */
export function localContext(): Context {
  const config = readConfig()
  return withEndpoint(config, localEndpoint(config))
}

function withEndpoint(config: Config, endpoint: Endpoint): Context {
  return { config, api: createApi(createClient(endpoint)), clock: realClock, remote: endpoint.remote }
}
