import { realClock } from '../clock.ts'
import { type Config, readConfig } from '../config.ts'
import type { Clock } from '../deploy/ports.ts'
import { type Api, createApi } from './api.ts'
import { createClient } from './client.ts'

export interface Context {
  config: Config
  api: Api
  clock: Clock
}

/** What a command that asks the server works with. */
export function context(): Context {
  const config = readConfig()
  return { config, api: createApi(createClient(config)), clock: realClock }
}
