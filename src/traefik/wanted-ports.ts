import type { Config } from '../config.ts'
import { ConfigError } from '../config.ts'
import { DeployError } from '../deploy/failure.ts'
import type { Owner } from '../files/place-file.ts'
import { tryPort } from '../try-port.ts'

export type PortConfig = Pick<Config, 'bind' | 'httpsPort' | 'proxyApiPort' | 'apiPort' | 'ports'>

/** The range of port routes, and which of it can be bound. */
export interface WantedPorts {
  all: number[]
  free: number[]
  busy: number[]
}

/** The configured range without what Torii listens on itself. */
export function portRange({ ports, httpsPort, proxyApiPort, apiPort }: PortConfig): number[] {
  const own = [httpsPort, proxyApiPort, apiPort]
  return Array.from({ length: ports.last - ports.first + 1 }, (_, i) => ports.first + i).filter((port) => !own.includes(port))
}

/**
 * Tries each port: one busy port would put Traefik into a restart loop (3.7.15). `held` are those of the proxy that runs
 * now. A busy range port is left out; without the two others there is no proxy, so they are refused by name.
 */
export async function wantedPorts(config: PortConfig, held: number[]): Promise<WantedPorts> {
  const { bind, httpsPort, proxyApiPort } = config
  await refuseBusy('TORII_HTTPS_PORT', bind, httpsPort, held)
  await refuseBusy('TORII_PROXY_API_PORT', '127.0.0.1', proxyApiPort, held)
  const all = portRange(config)
  const looked = await Promise.all(all.map(async (port) => ({ port, free: held.includes(port) || (await tryPort(bind, port)) === 'free' })))
  const those = (free: boolean) => looked.filter((look) => look.free === free).map((look) => look.port)
  return { all, free: those(true), busy: those(false) }
}

/** As uid 1000 even NET_BIND_SERVICE does not help (Docker 26.1.5): the container would have it in no effective set. */
export function refuseLowPorts(config: PortConfig, owner: Owner): void {
  const settings = { TORII_HTTPS_PORT: config.httpsPort, TORII_PROXY_API_PORT: config.proxyApiPort, TORII_PORTS: config.ports.first }
  const [name, port] = Object.entries(settings).find(([, port]) => port < 1024) ?? []
  if (name === undefined || (owner.uid === 0 && process.getuid?.() === 0)) return
  throw new ConfigError(`${name} is ${port}, but a port below 1024 needs Torii to run as root with a state folder (TORII_HOME) that root owns.`)
}

async function refuseBusy(name: string, host: string, port: number, held: number[]): Promise<void> {
  const found = held.includes(port) ? 'free' : await tryPort(host, port)
  if (found === 'free') return
  if (found === 'no such address') throw new ConfigError(`TORII_BIND is ${host}, but this machine has no such address.`)
  throw new DeployError('port_in_use', `${name} is ${port}, and something else listens on ${host}:${port}`, {
    service: 'the proxy',
    fix: `Stop what listens there, or set ${name} to another port.`,
  })
}
