import type { Config } from './config.ts'
import { createPlaces } from './deploy/places.ts'
import type { Clock } from './deploy/ports.ts'
import { createRouteTable } from './deploy/route-table.ts'
import { scrubbedExtensions } from './deploy/scrubbed-extensions.ts'
import { createStartingCount } from './deploy/starting-count.ts'
import type { Log, Tools } from './deploy/tools.ts'
import { createCompose } from './docker/compose.ts'
import { createEngine, type DockerEngine } from './docker/engine.ts'
import { createAsk } from './engine-api/ask.ts'
import { createExtensions } from './extension/extensions.ts'
import type { OperatorPolicy } from './extension/policy/operator-file.ts'
import type { OpenRecord } from './open-record.ts'
import { trialRef } from './suggest/trial.ts'
import type { KnownSecrets } from './text/known-secrets.ts'
import { createProxy, type TraefikProxy } from './traefik/proxy.ts'

interface Needs extends OpenRecord {
  config: Config
  instance: string
  policy: OperatorPolicy
  /** Removes an upload that is not read any more. */
  release(id: string): Promise<void>
  secrets: KnownSecrets
  clock: Clock
  log: Log
}

/** The real tools: also what the server asks of the engine, the proxy and the extension room beside deployments. */
export interface RealTools extends Tools {
  engine: DockerEngine
  proxy: TraefikProxy
  /** Readies what the first extension would wait for. */
  warm(): void
}

/** What deployments work with, on the real engine and proxy. Nothing is asked or started yet. */
export function createTools({ config, instance, policy, release, store, scrubbers, secrets, clock, log }: Needs): RealTools {
  const compose = createCompose(config)
  const extensions = scrubbedExtensions(createExtensions({ config, instance, compose, policy, release }), secrets, scrubbers)
  const proxy = createProxy({ config, engine: createAsk(config), instance, clock, log })
  return {
    engine: createEngine({ config, instance, clock, log, compose, registries: store.registries, hide: secrets.own }),
    proxy,
    store,
    extensions,
    clock,
    routes: createRouteTable({ store, proxy }),
    starting: createStartingCount(),
    places: createPlaces(config.concurrency),
    log,
    ownSecrets: secrets.owned,
    trial: trialRef(instance).deployment,
    stopGrace: config.stopGrace,
    warm: extensions.warm,
  }
}
