import { secureAddress } from './api-hosts.ts'
import type { Config } from './config.ts'
import { DeployError } from './deploy/failure.ts'
import type { Places } from './deploy/places.ts'
import type { Ports } from './deploy/ports.ts'
import type { DockerEngine } from './docker/engine.ts'
import { serverSettings } from './server-settings.ts'
import type { TraefikProxy } from './traefik/proxy.ts'

interface Parts {
  config: Config
  identity: { version: string; build: string }
  instance: string
  engine: Pick<DockerEngine, 'info'>
  proxy: Pick<TraefikProxy, 'state'>
  store: Pick<Ports['store'], 'deployments' | 'heldPorts'>
  places: Pick<Places, 'waiting'>
}

/** Facts of this control plane for `torii up --json`: no secret is among them. */
export async function systemFacts({ config, identity, instance, engine, proxy, store, places }: Parts): Promise<Record<string, unknown>> {
  const [engineFacts, proxyFacts, deployments, held] = await Promise.all([
    orTrouble(engine.info()),
    orTrouble(proxy.state()),
    store.deployments(),
    store.heldPorts(),
  ])
  return {
    ...identity,
    pid: process.pid,
    instance,
    home: config.home,
    address: `${config.apiHost}:${config.apiPort}`,
    secureAddress: secureAddress(config),
    publicHost: config.publicHost,
    httpsPort: config.httpsPort,
    ports: { ...config.ports, held: held.length },
    subnetPool: config.subnetPool,
    settings: serverSettings(config),
    deployments: deployments.length,
    waiting: places.waiting(),
    engine: engineFacts,
    proxy: proxyFacts,
  }
}

async function orTrouble<T extends object>(asked: Promise<T>): Promise<T | { trouble: string }> {
  return asked.catch((error) => {
    if (error instanceof DeployError) return { trouble: error.trouble.detail }
    throw error
  })
}
