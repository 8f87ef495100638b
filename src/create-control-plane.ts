import { hostsOf } from './api-hosts.ts'
import type { Config } from './config.ts'
import type { RealTools } from './create-tools.ts'
import { createController, type RunningController } from './deploy/controller.ts'
import { createRegistries } from './deploy/registries.ts'
import { scrubbedController } from './deploy/scrubbed-controller.ts'
import { checkLogin } from './docker/registry-check.ts'
import { createAsk } from './engine-api/ask.ts'
import type { OpenRecord } from './open-record.ts'
import { createProxyKeeper, type ProxyKeeper } from './proxy-keeper.ts'
import { createApp } from './server/app.ts'
import type { App, Parts } from './server/parts.ts'
import { createBench } from './suggest/bench.ts'
import { createSuggest, type Suggest } from './suggest/suggest.ts'
import { systemFacts } from './system-facts.ts'
import type { KnownSecrets } from './text/known-secrets.ts'
import { build, ownVersion } from './version.ts'

interface Needs extends OpenRecord, Pick<Parts, 'uploads' | 'token' | 'log'> {
  config: Config
  instance: string
  tools: RealTools
  secrets: KnownSecrets
}

export interface ControlPlane {
  app: App
  controller: RunningController
  keeper: ProxyKeeper
  suggesting: Suggest
}

/** The controller, what keeps the proxy up for it, and the HTTP API before both. It works on nothing and listens nowhere yet. */
export async function createControlPlane({ config, instance, tools, store, scrubbers, secrets, ...given }: Needs): Promise<ControlPlane> {
  const { engine, proxy, places, clock, log } = tools
  const ask = createAsk(config)
  const keeper = createProxyKeeper(proxy, { clock, log })
  const controller = scrubbedController(createController(tools), store, scrubbers)
  const suggesting = createSuggest({ ...tools, bench: createBench(ask), instance })
  const identity = { version: await ownVersion(), build }
  const app = createApp({
    ...given,
    controller: keeper.before(controller),
    suggest: suggesting.suggest,
    registries: createRegistries({ logins: store.registries, check: (host, login) => checkLogin(ask, host, login), hide: secrets.own }),
    secrets: secrets.answers,
    access: store,
    identity,
    system: () => systemFacts({ config, identity, instance, engine, proxy, store, places }),
    ready: keeper.ready,
    makeReady: keeper.makeUp,
    clock,
    port: config.apiPort,
    hosts: hostsOf(config),
  })
  return { app, controller, keeper, suggesting }
}
