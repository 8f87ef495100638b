import { Agent } from 'node:http'
import { inspect } from 'node:util'
import Docker from 'dockerode'
import type { Config } from '../config.ts'
import { DeployError } from '../deploy/failure.ts'

/** The newest API Torii was tried with (Docker 26.1.5); a newer engine is spoken to in this one. */
export const newestApi = '1.45'

/** Below this the engine has no `start_interval`, so fast start has nothing to work with. */
export const fastStartApi = '1.44'

interface Address {
  socketPath: string | undefined
  host: string | undefined
  port: number | undefined
}

/** The engine's client. `version` pins the API version; without it the engine speaks its own newest. */
export function createDocker(config: Pick<Config, 'dockerHost'>, version?: string): Docker {
  // docker-modem 5 fills every option that is absent from DOCKER_HOST and its kin by itself, so all are given here. No
  // connection is kept: one that a restarted engine closed would make the next question fail.
  const agent = new QuietAgent({ keepAlive: false })
  const options = { ...addressOf(config.dockerHost), protocol: 'http' as const, version: version && `v${version}`, timeout: undefined, agent }
  return new Docker(options)
}

/**
 * docker-modem 5.0.6 writes all options out for a debug line before every request, an agent's open sockets with them: with ten containers
 * starting, that was two thirds of the control plane's work.
 */
class QuietAgent extends Agent {
  [inspect.custom](): string {
    return 'Agent'
  }
}

/** The API version both sides know. */
export function commonApi(engines: string): string {
  return compareApi(engines, newestApi) < 0 ? engines : newestApi
}

/** Negative: `a` is older. */
export function compareApi(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number)
  const [majorB = 0, minorB = 0] = b.split('.').map(Number)
  return majorA - majorB || minorA - minorB
}

/** Reads DOCKER_HOST: a socket, or plain TCP. TLS and SSH are not spoken yet. */
export function addressOf(dockerHost: string): Address {
  const [, socketPath] = /^unix:\/\/(\/.+)$/.exec(dockerHost) ?? []
  if (socketPath !== undefined) return { socketPath, host: undefined, port: undefined }
  const [, host, port] = /^(?:tcp|http):\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?\/?$/.exec(dockerHost) ?? []
  if (host !== undefined && port !== '2376') return { socketPath: undefined, host, port: Number(port ?? 2375) }
  throw new DeployError('engine_unreachable', `DOCKER_HOST is "${dockerHost.slice(0, 100).replace(/[^\x20-\x7e]/g, '?')}"`, {
    fix: 'Set DOCKER_HOST to unix:///path/to/docker.sock or tcp://host:2375; TLS and SSH are not spoken yet.',
  })
}
