import { createHash } from 'node:crypto'
import type { ContainerCreateOptions } from 'dockerode'
import type { Config } from '../config.ts'
import type { Owner } from '../files/place-file.ts'
import { leafFolder } from './authority.ts'
import { routesFolder } from './route-writer.ts'
import { inside, staticConfig } from './static-config.ts'
import type { WantedPorts } from './wanted-ports.ts'

export type ContainerConfig = Pick<Config, 'home' | 'bind' | 'httpsPort' | 'proxyApiPort' | 'apiPort' | 'ports' | 'publicHost' | 'traefikImage'>

export interface Wanted {
  config: ContainerConfig
  instance: string
  owner: Owner
  /** Id of the image: a newer `traefik:v3` is a different proxy. */
  image: string
}

export function containerName(instance: string): string {
  return `torii-proxy-${instance}`
}

/** What the engine is asked to create, with `ports` as its port routes' entrypoints. */
export function containerOptions(wanted: Wanted, ports: WantedPorts): ContainerCreateOptions {
  return {
    name: containerName(wanted.instance),
    Image: wanted.image,
    Cmd: staticConfig(wanted.config, ports.free),
    User: `${wanted.owner.uid}:${wanted.owner.gid}`,
    StopTimeout: 5,
    Labels: labels(wanted, ports),
    HostConfig: hostConfig(wanted.config),
  }
}

/** Changes with everything but which ports happen to be busy. */
export function configHash(wanted: Wanted, all: number[]): string {
  const { config, image, owner } = wanted
  return createHash('sha256')
    .update(JSON.stringify([staticConfig(config, all), hostConfig(config), image, owner]))
    .digest('hex')
}

/** Ports of a running proxy, from its labels: routes' ports, busy ones, and all it listens on. */
export function portsOf(labels: Record<string, string>): { free: number[]; busy: number[]; listens: number[] } {
  const list = (name: string) => (labels[name] || '').split(',').filter(Boolean).map(Number)
  return { free: list('torii.ports'), busy: list('torii.busy'), listens: [...list('torii.ports'), ...list('torii.internal')] }
}

function labels(wanted: Wanted, { all, free, busy }: WantedPorts): Record<string, string> {
  return {
    'torii.instance': wanted.instance,
    'torii.proxy': '1',
    'torii.config': configHash(wanted, all),
    'torii.ports': free.join(','),
    'torii.busy': busy.join(','),
    'torii.internal': [wanted.config.httpsPort, wanted.config.proxyApiPort].join(','),
  }
}

function hostConfig(config: ContainerConfig): NonNullable<ContainerCreateOptions['HostConfig']> {
  const readOnly = (Source: string, Target: string) => ({ Type: 'bind' as const, Source, Target, ReadOnly: true })
  return {
    NetworkMode: 'host',
    RestartPolicy: { Name: 'always' },
    CapDrop: ['ALL'],
    CapAdd: needsLowPort(config) ? ['NET_BIND_SERVICE'] : [],
    ReadonlyRootfs: true,
    SecurityOpt: ['no-new-privileges'],
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    Mounts: [readOnly(routesFolder(config.home), inside.routes), readOnly(leafFolder(config.home), inside.leaf)],
  }
}

export function needsLowPort({ httpsPort, proxyApiPort, ports }: Pick<Config, 'httpsPort' | 'proxyApiPort' | 'ports'>): boolean {
  return Math.min(httpsPort, proxyApiPort, ports.first) < 1024
}
