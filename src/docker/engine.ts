import type { Config } from '../config.ts'
import type { ImageFacts } from '../deploy/plan.ts'
import type { Clock, Engine } from '../deploy/ports.ts'
import { type Ask, createAsk } from '../engine-api/ask.ts'
import { compareApi, fastStartApi } from '../engine-api/connect.ts'
import { answered } from '../engine-api/engine-answer.ts'
import { followLog, logHead, logTail } from '../engine-api/logs.ts'
import { buildImage } from './build.ts'
import { createCeilings } from './ceilings.ts'
import { type Compose, createCompose } from './compose.ts'
import { containerFacts } from './container-facts.ts'
import { inOrder, inspectAll, inspectOne } from './containers.ts'
import { type EngineInfo, engineInfo } from './engine-info.ts'
import { createEvents } from './events.ts'
import { createHostLook } from './host-facts.ts'
import { type InspectedImage, imageFactsOf, withTag } from './image-facts.ts'
import { containerOf } from './inspect.ts'
import { knock } from './knock.ts'
import type { Log } from './log.ts'
import { makeNetwork, removeNetwork } from './networks.ts'
import { processesOf } from './processes.ts'
import { pullImage } from './pull.ts'
import { refuseBinds } from './refuse-binds.ts'
import { type LoginPlaces, noLogins } from './registry-login.ts'
import { removeRevision } from './remove.ts'
import { revisionsThere } from './revisions.ts'
import { listeningSockets } from './sockets.ts'
import { rearmContainers, startContainer, stopContainers } from './start-stop.ts'
import { takenSubnets } from './subnets.ts'
import { makeVolumes, removeVolumes, volumesOf } from './volumes.ts'

export interface DockerEngine extends Engine {
  info(): Promise<EngineInfo>
}

/** Docker behind the heart's port. Connects at the first question, not before. */
export function createEngine({
  config,
  instance,
  clock,
  log,
  compose = createCompose(config),
  registries = noLogins,
  hide,
}: {
  config: Config
  instance: string
  clock: Clock
  log: Log
  compose?: Compose
  /** Where Torii is logged in. */
  registries?: LoginPlaces['own']
  hide?: LoginPlaces['hide']
}): DockerEngine {
  const ask = createAsk(config)
  const logins = { own: registries, log, ...(hide && { hide }) }
  return {
    info: () => engineInfo(ask, compose),
    platform: () => platform(ask),
    startInterval: async () => compareApi((await ask.version()).ApiVersion, fastStartApi) >= 0,
    ceilings: createCeilings(ask),
    subnets: () => takenSubnets(ask),
    revisions: () => revisionsThere(ask, instance),
    image: (ref) => image(ask, ref),
    pull: (ref, platform, progress, signal) => pullImage(ask, { ref, platform, within: config.pullTimeout, logins }, progress, signal),
    build: (build, tag, platform, progress, signal) => buildImage({ ...config, logins }, build, tag, platform, progress, signal),
    untag: (tag) => untag(ask, tag),
    volumes: (names, deployment) => makeVolumes(ask, instance, names, deployment),
    makeNetwork: (network) => makeNetwork(ask, network),
    removeNetwork: (id) => removeNetwork(ask, id),
    expectCreate: () => compose.expectCreate(),
    create: (_, project, model, signal) => compose.create(project, model, signal),
    containers: async (ref, but) => inOrder(await inspectAll(ask, instance, ref, but)),
    container: async (id) => {
      const inspected = await inspectOne(ask, id)
      return inspected && containerOf(inspected)
    },
    start: async (container) => {
      await refuseBinds(container, { ask, instance, home: config.home })
      await startContainer(ask, container.id)
    },
    stop: (ref, options) => stopContainers({ ask, clock, instance }, ref, options),
    rearm: (ref, policies) => rearmContainers(ask, instance, ref, policies),
    remove: (ref) => removeRevision(ask, instance, ref),
    volumesOf: (deployment) => volumesOf(ask, instance, deployment),
    removeVolumes: (deployment) => removeVolumes(ask, instance, deployment),
    knock: (target, signal) => knock(target, clock, signal),
    logTail: (id, lines, bytes) => logTail(ask, id, lines, bytes),
    logHead: (id, lines, bytes, signal) => logHead(ask, id, { lines, bytes }, signal),
    facts: (id, signal) => containerFacts(ask, id, signal),
    sockets: (container) => listeningSockets(container),
    processes: (container, signal) => processesOf(ask, container, signal),
    host: createHostLook(ask),
    follow: (id, options, line, signal) => followLog(ask, id, options, line, signal),
    listen: createEvents({ ask, instance, clock, log }),
  }
}

async function platform(ask: Ask): Promise<string> {
  const { Os, Arch } = await ask.version()
  return `${Os}/${Arch}`
}

async function image(ask: Ask, ref: string): Promise<ImageFacts | null> {
  try {
    return imageFactsOf(await ask<InspectedImage>({ path: `/images/${withTag(ref)}/json` }), ref)
  } catch (error) {
    if (answered(error, 404)) return null
    throw error
  }
}

// 409: a container of somebody else runs it; then the tag stays too (Docker 26.1.5).
async function untag(ask: Ask, tag: string): Promise<void> {
  try {
    await ask({ method: 'DELETE', path: `/images/${withTag(tag)}`, within: 60_000 })
  } catch (error) {
    if (!answered(error, 404, 409)) throw error
  }
}
