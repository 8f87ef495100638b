import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '../../src/clock.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { createAsk } from '../../src/engine-api/ask.ts'
import { issueAuthority, issueLeaf } from '../../src/traefik/issue.ts'
import { createProxy, type TraefikProxy } from '../../src/traefik/proxy.ts'
import type { FakeAnswer } from '../fakes/proxy.ts'

/** A real Traefik of its own: home, instance and ports that nobody else has. */
export interface TraefikWorld {
  proxy: TraefikProxy
  config: Config
  instance: string
  warnings: object[]
  /** Another control plane over the same home and instance. */
  again(change?: Partial<Config>): TraefikProxy
  /** Address of a server on loopback. */
  serve(listener: RequestListener): Promise<string>
  /** Address of a server that speaks whatever it likes. */
  listen(server: Server): Promise<string>
  app(answer: FakeAnswer): Promise<string>
  begin(): Promise<unknown>
  end(): Promise<void>
}

export async function createTraefikWorld(change: Partial<Config> = {}): Promise<TraefikWorld> {
  const home = mkdtempSync(join(tmpdir(), 'torii-proxy-'))
  const first = await freeRun(7)
  const config: Config = {
    ...readConfig(),
    home,
    httpsPort: first,
    proxyApiPort: first + 1,
    apiPort: first + 2,
    ports: { first: first + 3, last: first + 6 },
    ...change,
  }
  const instance = `test-${randomBytes(6).toString('hex')}`
  const engine = createAsk(config)
  const warnings: object[] = []
  const log = { info: () => {}, warn: (facts: object) => warnings.push(facts) }
  const again = (other: Partial<Config> = {}) => createProxy({ config: { ...config, ...other }, engine, instance, clock: realClock, log })
  const proxy = again()
  const servers: Server[] = []
  const listen = async (server: Server) => {
    servers.push(server)
    remember(server)
    return `http://127.0.0.1:${await listening(server, 0)}`
  }
  const serve = (listener: RequestListener) => listen(createHttpServer({ keepAliveTimeout: 1 }, listener))
  const end = async () => {
    await Promise.all(servers.map(close))
    await proxy.down()
    rmSync(home, { recursive: true, force: true })
  }
  return { proxy, config, instance, warnings, again, listen, serve, begin: proxy.up, end, app: (answer) => appOf(answer, { serve, listen }) }
}

function appOf(answer: FakeAnswer, { serve, listen }: Pick<TraefikWorld, 'serve' | 'listen'>): Promise<string> {
  if (answer.hop === 'backend' && answer.tls) return overTls(listen)
  // The port of a socket that is bound and does not listen would do as well; port 1 is nobody's.
  if (answer.hop === 'backend') return Promise.resolve('http://127.0.0.1:1')
  return serve((_, response) => {
    if (answer.hop === 'none') return
    response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location })
    response.end('hello')
  })
}

async function overTls(listen: TraefikWorld['listen']): Promise<string> {
  const pem = await issueLeaf(await issueAuthority(Date.now()), ['localhost'], Date.now())
  return listen(createHttpsServer({ key: pem, cert: pem }, (_, response) => response.end('hello')))
}

/** First of `count` ports in a row that can be bound, below those the kernel hands out by itself. */
export async function freeRun(count: number): Promise<number> {
  for (let turn = 0; turn < 200; turn++) {
    const first = 20_000 + (randomBytes(2).readUInt16BE() % 10_000)
    const servers = Array.from({ length: count }, () => createServer())
    const bound = await Promise.allSettled(servers.map((server, i) => listening(server, first + i)))
    await Promise.all(servers.map(close))
    if (bound.every(({ status }) => status === 'fulfilled')) return first
  }
  throw new Error('no free ports')
}

export function listening(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  return promise
}

export function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  for (const socket of sockets.get(server) ?? []) socket.destroy()
  return promise
}

const sockets = new WeakMap<Server, Set<Socket>>()

function remember(server: Server): void {
  const all = new Set<Socket>()
  sockets.set(server, all)
  server.on('connection', (socket) => all.add(socket))
}
