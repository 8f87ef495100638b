import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { RevisionRef, Source } from '../deploy/record.ts'
import { isInside } from '../files/inside.ts'
import { canCopy } from './can-copy.ts'
import { type Model, type Mount, servicesOf } from './model.ts'
import { dollar, undollar } from './model-text.ts'
import { revisionFolder } from './world.ts'

/** A file or folder of the extension that containers get a copy of. */
export interface CopiedBind {
  /** Absolute path, as Compose resolved it. */
  source: string
  /** The first service that mounts it, and where. */
  service: string
  target: string
}

/**
 * What is mounted from a copy of Torii's own, by path: the engine looks at a bind's source again at every start, also at restarts of its own,
 * and whoever writes the folder may have put a link there. Of an upload everything, for there is no other folder; else what is mounted
 * read-only, unless a container may write that folder or one inside it: what it writes there is to be seen.
 */
export function copiedBinds(model: Model, source: Pick<Source, 'upload'>): Map<string, CopiedBind> {
  const all = canCopy ? bindsOf(model) : []
  const writable = source.upload ? [] : all.filter(({ mount }) => mount.read_only !== true).map(({ path }) => path)
  const copied = all.filter(({ path }) => !writable.some((other) => isInside(path, other)))
  return new Map(copied.toReversed().map(({ path, service, mount }) => [path, { source: path, service, target: mount.target ?? '' }]))
}

/** The mount as a container gets it, where its source is one of `copied`; null: it is not. */
export function ofCopy(mount: Mount, copied: ReadonlyMap<string, CopiedBind>, folder: string): Mount | null {
  const path = undollar(mount.source ?? '')
  if (mount.type !== 'bind' || !copied.has(path)) return null
  return { ...mount, source: dollar(join(folder, copyName(path))), read_only: true, bind: { create_host_path: false } }
}

/** Below the copies' folder. Two paths never share a name. */
export function copyName(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 32)
}

/** Whether this is the path of one copy, and of nothing in it. */
export function isCopy(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) && /^[0-9a-f]{32}$/.test(path.slice(folder.length + 1))
}

export function copiesFolder(config: Pick<Config, 'home'>, ref: RevisionRef): string {
  return join(revisionFolder(config, ref), 'mounts')
}

function bindsOf(model: Model): { service: string; mount: Mount; path: string }[] {
  return servicesOf(model).flatMap(([service, { volumes }]) =>
    (volumes ?? []).flatMap((mount) => (mount.type === 'bind' ? [{ service, mount, path: undollar(mount.source ?? '') }] : [])),
  )
}
