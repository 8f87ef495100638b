import { isInside } from '../../files/inside.ts'
import { isCopy } from '../copied-binds.ts'
import type { Mount, Service } from '../model.ts'
import { undollar } from '../model-text.ts'
import { type Context, isSet, type Rule, when } from './rule.ts'

const socketNames = /(^|\/)(docker|containerd|podman|crio|cri-dockerd|buildkitd|dockershim)(\.raw|-debug)?\.sock$/

/** Rows about what a container sees of the host's files. */
export const mountRules: Rule<Service>[] = [
  {
    name: 'engine_socket',
    decision: 'deny',
    reason: 'whoever talks to the engine owns the host, also through a read-only mount',
    seen: 'CVE-2024-41110, CVE-2026-34040 (engine’s AuthZ passed by), CVE-2025-9074 (engine API reachable from containers)',
    safer: 'Remove the mount; a program that must manage containers cannot be an extension.',
    find: (service, context) =>
      binds(service, context)
        .filter((mount) => isSocket(mount, context))
        .map(said),
  },
  {
    name: 'host_bind',
    decision: 'deny',
    reason: 'it lies outside the extension’s folder',
    seen: 'CVE-2026-44849 (Portainer: host paths by way of a volume’s options)',
    safer: 'Put the file into the folder and mount it as `./…`, or use a named volume for data; for the host’s time zone, set `TZ` in `environment:`.',
    find: (service, context) =>
      binds(service, context)
        .filter((mount) => !isSocket(mount, context) && isOutside(mount, context))
        .map((mount) => said(mount).replace(`${context.folder}/~`, '~')),
  },
  {
    name: 'writable_bind',
    decision: { strict: 'ask', developer: 'allow' },
    reason: 'the container may change the extension’s own folder',
    safer: 'Mount it with `:ro`, or use a named volume for data.',
    find: (service, context) =>
      (context.isLive === false ? [] : binds(service, context))
        .filter((mount) => mount.read_only !== true && !isSocket(mount, context) && !isOutside(mount, context) && !isGuarded(mount, context))
        .map(said),
  },
  {
    name: 'guarded_path',
    decision: 'deny',
    never: 'Torii’s own key and token may lie there',
    reason: 'it holds files of the system or of Torii itself',
    safer: 'Mount only the part of the folder that the service needs.',
    find: (service, context) =>
      binds(service, context)
        .filter((mount) => isInside(context.folder, realOf(mount, context)) && isGuarded(mount, context))
        .map(said),
  },
  {
    name: 'bind_in_writable_bind',
    decision: 'deny',
    never: 'it is refused once more right before a start, whatever was allowed',
    reason: 'who writes that folder can put a link in its place, and the engine follows it at the next start: to anything of the host',
    safer: 'Mount the outer folder with `:ro`, or put the inner one beside it, or use a named volume.',
    find: (service, context) => binds(service, context).flatMap((mount) => inWritable(mount, context)),
  },
  {
    name: 'bind_propagation',
    decision: 'deny',
    reason: 'mounts made in the container would appear on the host',
    safer: 'Remove `propagation`.',
    find: (service) =>
      mounts(service).flatMap((mount) => when(mount.bind ?? {}, 'propagation', (value) => isSet(value) && value !== 'rprivate' && value !== 'private')),
  },
  {
    name: 'relabel',
    decision: 'deny',
    reason: 'it changes the labels of the host’s files',
    safer: 'Remove `:z` or `:Z`.',
    find: (service) => mounts(service).flatMap((mount) => when(mount.bind ?? {}, 'selinux')),
  },
  {
    name: 'mount_type',
    decision: 'deny',
    reason: 'only binds, volumes and tmpfs are known to be safe',
    safer: 'Use a named volume.',
    find: (service) =>
      mounts(service)
        .filter((mount) => !['bind', 'volume', 'tmpfs'].includes(mount.type ?? 'volume'))
        .map((mount) => `volumes: type ${mount.type}`),
  },
  {
    name: 'mount_target',
    decision: 'invalid',
    reason: 'it is no absolute path; Compose takes a volume’s name of one letter for a drive',
    safer: 'Give the volume a name of two letters or more, and an absolute path.',
    find: (service) =>
      mounts(service)
        .filter((mount) => !(mount.target ?? '').startsWith('/'))
        .map((mount) => `volumes: target ${mount.target ?? ''}`),
  },
  {
    name: 'undeclared_volume',
    decision: 'deny',
    never: 'Compose makes no container with a volume that is not declared',
    reason: 'it would join a volume of somebody else by its name',
    safer: 'Declare it under `volumes:`.',
    find: (service, { model }) =>
      mounts(service)
        .filter((mount) => (mount.type ?? 'volume') === 'volume' && isSet(mount.source) && !Object.hasOwn(model.volumes ?? {}, mount.source ?? ''))
        .map(said),
  },
]

function mounts(service: Service): Mount[] {
  return service.volumes ?? []
}

/** Binds of the extension: of the rewritten model without the files that Torii wrote itself. */
function binds(service: Service, { rewritten }: Context): Mount[] {
  const all = mounts(service).filter((mount) => mount.type === 'bind')
  return all.filter((mount) => rewritten === null || !isOurs(mount, rewritten))
}

function isOurs(mount: Mount, { filesFolder, copiesFolder }: NonNullable<Context['rewritten']>): boolean {
  const source = undollar(mount.source ?? '')
  const isFile = source.startsWith(`${filesFolder}/`) && !source.slice(filesFolder.length + 1).includes('/')
  return mount.read_only === true && (isFile || isCopy(source, copiesFolder))
}

function realOf(mount: Mount, context: Context): string {
  return context.look(undollar(mount.source ?? '')).real
}

function isSocket(mount: Mount, context: Context): boolean {
  const { real, is } = context.look(undollar(mount.source ?? ''))
  const named = [real, mount.source ?? ''].some((path) => socketNames.test(path))
  return is === 'socket' || named || context.guarded.sockets.some((socket) => isInside(real, socket) && !isInside(context.folder, real))
}

/** Compose without HOME leaves `~/x` below the folder (2.26 and 5.x): what was meant is the host's. */
function isOutside(mount: Mount, context: Context): boolean {
  return !isInside(context.folder, realOf(mount, context)) || (mount.source ?? '').startsWith(`${context.folder}/~`)
}

function isGuarded(mount: Mount, context: Context): boolean {
  const real = realOf(mount, context)
  const { sockets, paths } = context.guarded
  return [...sockets, ...paths].some((path) => isInside(real, path) || (isInside(path, real) && !isInside(path, context.folder)))
}

/** The engine resolves a bind's source again at every start, also at a restart of its own. */
function inWritable(mount: Mount, context: Context): string[] {
  if (context.isLive === false) return []
  const real = realOf(mount, context)
  const outer = Object.entries(context.model.services ?? {}).flatMap(([name, service]) =>
    binds(service, context)
      .filter((other) => other.read_only !== true && realOf(other, context) !== real && isInside(realOf(other, context), real))
      .map((other) => `${said(mount)} lies inside ${other.source ?? ''}, which ${name} may write`),
  )
  return outer.slice(0, 1)
}

function said(mount: Mount): string {
  return `volumes: ${mount.source ?? ''}`
}
