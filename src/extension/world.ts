import { isAbsolute, join } from 'node:path'
import type { Config } from '../config.ts'
import type { RevisionRef, Source } from '../deploy/record.ts'
import { projectOf } from '../deploy/record.ts'
import type { Model } from './model.ts'
import { look } from './policy/look.ts'
import type { Context, Look } from './policy/rule.ts'
import { readNow } from './read-now.ts'

/** What resolving and rewriting know of the machine. */
export interface World {
  config: Config
  /** The instance id in our labels. */
  instance: string
  look(path: string): Look
  readFile(path: string, label: string): Uint8Array
}

export function realWorld(config: Config, instance: string): World {
  return { config, instance, look, readFile: readNow }
}

/** Where the files of a revision lie. */
export function filesFolder(config: Pick<Config, 'home'>, ref: RevisionRef): string {
  return join(config.home, 'revisions', projectOf(ref), 'files')
}

export function contextOf(model: Model, source: Pick<Source, 'folder'>, ref: RevisionRef, world: World): Context {
  return { model, folder: source.folder, project: projectOf(ref), deployment: ref.deployment, guarded: guarded(world), look: world.look, rewritten: null }
}

const systemPaths = ['/boot', '/dev', '/etc', '/lib/modules', '/proc', '/run', '/sys', '/var/lib/containerd', '/var/lib/docker', '/var/run']
const usualSockets = ['/run/docker.sock', '/var/run/docker.sock', '/run/containerd/containerd.sock', '/run/podman/podman.sock']

function guarded({ config, look: see }: World): Context['guarded'] {
  const own = config.dockerHost.replace(/^unix:\/\//, '')
  const sockets = [...usualSockets, ...(isAbsolute(own) ? [own, see(own).real] : [])]
  return { sockets, paths: [...systemPaths, config.home, see(config.home).real] }
}
