import type { ContainerInspectInfo } from 'dockerode'
import type { Config } from '../config.ts'
import { DeployError } from '../deploy/failure.ts'
import type { Clock, Proxy as ProxyPort, Route } from '../deploy/ports.ts'
import type { Ask as AskEngine } from '../engine-api/ask.ts'
import { ownerOf } from '../files/place-file.ts'
import { LockTimeout, oneAtATime } from '../process-lock.ts'
import { type Ask, createAsk } from './ask.ts'
import { askDirectly } from './ask-directly.ts'
import { type Authority, createAuthority } from './authority.ts'
import { containerName, portsOf, type Wanted } from './container.ts'
import { createEngineCalls } from './engine-calls.ts'
import { keepRunning, type Tools } from './keep-running.ts'
import type { Log } from './log.ts'
import { probe } from './probe.ts'
import { createPublisher } from './publisher.ts'
import { routeFile } from './route-file.ts'
import { createRouteWriter, placeFirstRoutes } from './route-writer.ts'
import { type ProxyState, stateOf } from './state.ts'
import { viewOf } from './view-of.ts'
import { portRange, refuseLowPorts } from './wanted-ports.ts'

export interface TraefikProxy extends ProxyPort {
  /** Runs the proxy as configured; one that does already is left alone. Rejects with ConfigError or DeployError. */
  up(): Promise<ProxyState>
  /** Removes the proxy's container; deployments and their routes' file stay. */
  /** Whether there was one. */
  down(): Promise<boolean>
  /** What doctor says; changes nothing. */
  state(): Promise<ProxyState>
  /** PEM of the authority that clients have to trust. */
  caCertificate(): Promise<string>
  /** Traefik's own view. */
  readonly ask: Ask
}

/** Traefik behind the heart's port. Touches nothing before the first call. */
export function createProxy({
  config,
  engine,
  instance,
  clock,
  log,
}: {
  config: Config
  engine: AskEngine
  instance: string
  clock: Clock
  log: Log
}): TraefikProxy {
  const authority = createAuthority({ config, clock })
  const publish = createPublisher({ ensure: authority.ensure, write: createRouteWriter(config.home), apiPort: config.apiPort })
  const ask = createAsk(config)
  const tools: Tools = { engine: createEngineCalls(engine), ask, clock, log }
  const alone = <T>(work: () => Promise<T>) => oneAtATime(containerName(instance), clock, work).catch(tooLong)
  let ports = portRange(config)

  const state = async (): Promise<ProxyState> => {
    const found = await stateOf(await wantedOf(config, instance, tools), tools)
    if (found.running) ports = found.ports
    return found
  }

  return {
    ask,
    state,
    httpsPort: config.httpsPort,
    ports: () => ports,
    url: (route) => urlOf(route, config),
    caCertificate: authority.caCertificate,
    publish,
    probe: async (target, signal) => probe(target, { config, ca: await authority.caCertificate(), clock }, signal),
    direct: (url, timeoutMs, signal) => askDirectly(url, { timeoutMs, clock }, signal),
    view: (routes) => viewOf(routes, ask),
    up: async () => {
      const running = await alone(() => makeSure(config, instance, authority, tools))
      ports = portsOf(running.Config.Labels).free
      return state()
    },
    down: () => alone(() => removed(containerName(instance), tools)),
  }
}

async function removed(name: string, { engine }: Tools): Promise<boolean> {
  const there = (await engine.inspect(name)) !== null
  await engine.remove(name)
  return there
}

function tooLong(error: unknown): never {
  if (!(error instanceof LockTimeout)) throw error
  throw new DeployError('proxy_unreachable', 'another process has been starting or stopping it for too long', { cause: error })
}

async function makeSure(config: Config, instance: string, authority: Authority, tools: Tools): Promise<ContainerInspectInfo> {
  await prepare(config, authority)
  return keepRunning(await wantedWithImage(config, instance, tools), tools)
}

/** What the container mounts must be there before it. */
async function prepare(config: Config, authority: Authority): Promise<void> {
  refuseLowPorts(config, await ownerOf(config.home))
  await placeFirstRoutes(config.home, routeFile([], { leaf: await authority.ensure(), apiPort: config.apiPort }))
}

async function wantedOf(config: Config, instance: string, { engine }: Tools): Promise<Wanted> {
  return { config, instance, owner: await ownerOf(config.home), image: (await engine.imageId(config.traefikImage)) ?? '' }
}

async function wantedWithImage(config: Config, instance: string, tools: Tools): Promise<Wanted> {
  const wanted = await wantedOf(config, instance, tools)
  if (wanted.image !== '') return wanted
  throw new DeployError('image_not_found', config.traefikImage, { service: 'the proxy', fix: 'Run `sh setup/traefik-image.sh`, then `torii up`.' })
}

function urlOf({ kind, port, prefix }: Pick<Route, 'kind' | 'port' | 'prefix'>, { publicHost, httpsPort }: Config): string {
  const at = kind === 'path' ? httpsPort : port
  return `https://${publicHost}${at === 443 ? '' : `:${at}`}${prefix}/`
}
