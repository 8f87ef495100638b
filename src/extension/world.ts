import { isAbsolute, join } from 'node:path'
import type { Config } from '../config.ts'
import type { Stance } from '../deploy/consent.ts'
import type { RevisionRef, Source } from '../deploy/record.ts'
import { projectOf } from '../deploy/record.ts'
import { canCopy } from './can-copy.ts'
import type { Model } from './model.ts'
import { createParser } from './parsed-models.ts'
import { look } from './policy/look.ts'
import type { Context, Look } from './policy/rule.ts'
import { readNow } from './read-now.ts'

/** What resolving and rewriting know of the machine. */
export interface World {
  config: Config
  /** The instance id in our labels. */
  instance: string
  look(path: string): Look
  /** A file of the extension whose real folder this is; refuses what lies elsewhere by the time it is open. */
  readFile(path: string, label: string, folder: string): Uint8Array
  /** `parseModel`, of what Compose answered before too. */
  parse(resolved: string): Model
}

export function realWorld(config: Config, instance: string): World {
  const readFile: World['readFile'] = (path, label, folder) => readNow(path, label, { folder, except: [look(config.home).real] })
  return { config, instance, look, readFile, parse: createParser() }
}

/** Where everything of a revision lies that is no record. */
export function revisionFolder(config: Pick<Config, 'home'>, ref: RevisionRef): string {
  return join(config.home, 'revisions', projectOf(ref))
}

/** Where the configs and secrets of a revision lie. */
export function filesFolder(config: Pick<Config, 'home'>, ref: RevisionRef): string {
  return join(revisionFolder(config, ref), 'files')
}

/** On every container and network of a revision. */
export function labelsOf({ deployment, revision }: RevisionRef, { instance }: Pick<World, 'instance'>): Record<string, string> {
  return { 'torii.instance': instance, 'torii.deployment': deployment, 'torii.revision': String(revision) }
}

/** What was admitted before there were profiles was judged as a developer's. */
const before: Stance = { profile: 'developer', rules: {}, runtimes: [], allowed: [] }

export function contextOf(
  model: Model,
  source: Pick<Source, 'folder' | 'policy' | 'upload'>,
  ref: RevisionRef,
  world: Pick<World, 'config' | 'look' | 'readFile'>,
): Context {
  const { folder, policy = before, upload } = source
  return {
    model,
    folder,
    isLive: upload === undefined || !canCopy,
    project: projectOf(ref),
    deployment: ref.deployment,
    content: upload?.sha256 ?? null,
    isFirst: ref.revision === 1,
    stance: policy,
    guarded: guarded(world),
    origins: { registries: world.config.registries, digest: world.config.requireDigest },
    look: once(world.look),
    read: once((path) => textOf(path, folder, world)),
    rewritten: null,
  }
}

/** What one rule has judged is what the next one judges, and what is built. */
function once<T>(see: (path: string) => T): (path: string) => T {
  const known = new Map<string, { seen: T }>()
  return (path) => {
    const seen = known.get(path) ?? { seen: see(path) }
    known.set(path, seen)
    return seen.seen
  }
}

function textOf(path: string, folder: string, world: Pick<World, 'readFile'>): string | null {
  try {
    return Buffer.from(world.readFile(path, path, folder)).toString()
  } catch {
    return null
  }
}

const systemPaths = ['/boot', '/dev', '/etc', '/lib/modules', '/proc', '/run', '/sys', '/var/lib/containerd', '/var/lib/docker', '/var/run']
const usualSockets = ['/run/docker.sock', '/var/run/docker.sock', '/run/containerd/containerd.sock', '/run/podman/podman.sock']

function guarded({ config, look: see }: Pick<World, 'config' | 'look'>): Context['guarded'] {
  const own = config.dockerHost.replace(/^unix:\/\//, '')
  const sockets = [...usualSockets, ...(isAbsolute(own) ? [own, see(own).real] : [])]
  return { sockets, paths: [...systemPaths, config.home, see(config.home).real] }
}
