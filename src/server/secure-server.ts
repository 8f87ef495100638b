import { createServer, type Server } from 'node:https'
import { BlockList, isIPv6, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { ConfigError } from '../config.ts'
import { DeployError } from '../deploy/failure.ts'
import { answerClientError } from './client-error.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { App } from './parts.ts'

/** The same app on a second socket, with TLS. */
export interface SecureServer {
  /**
   * Connections from addresses of `never`, a CIDR, are closed as soon as they come: there containers are, which reach every address of this
   * machine through their gateway. Rejects with `port_in_use` when the port is taken, and with ConfigError when the address is not this machine's.
   */
  listen(at: { bind: string; port: number; never: string }): Promise<void>
  /** Connections from now on see this certificate. */
  serve(keys: { cert: string; key: string }): void
}

/** To be called before the app is ready: it closes with the app. The limits are those of the plain socket. */
export function addSecureServer(app: App, keys: { cert: string; key: string }, given: Partial<Limits> = {}): SecureServer {
  const limits = { ...defaultLimits, ...given }
  const options = {
    ...{ ...keys, minVersion: 'TLSv1.2' as const, handshakeTimeout: limits.headersWithin },
    ...{ maxHeaderSize: limits.headers, headersTimeout: limits.headersWithin, requestTimeout: limits.uploadWithin },
    ...{ connectionsCheckingInterval: limits.check, keepAliveTimeout: limits.keepAlive, requireHostHeader: false },
  }
  const server = createServer(options, (request, answer) => app.routing(request, answer))
  server.timeout = limits.stalled
  server.maxConnections = limits.connections
  server.on('clientError', answerOrDrop)
  const sockets = socketsOf(server)
  const refused = new BlockList()
  server.prependListener('connection', (socket: Socket) => {
    if (isFrom(socket.remoteAddress, refused)) socket.destroy()
  })
  app.addHook('preClose', async () => {
    if (server.listening) server.close()
    for (const socket of sockets) socket.destroy()
  })
  return {
    serve: (fresh) => server.setSecureContext({ ...fresh, minVersion: 'TLSv1.2' }),
    listen: async ({ bind, port, never }) => {
      const [network = '', prefix] = never.split('/')
      refused.addSubnet(network, Number(prefix))
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      server.once('error', reject).listen(port, bind, resolve)
      await promise.catch((error: NodeJS.ErrnoException) => {
        throw refusalOf(error, bind, port)
      })
      app.log.info(`control plane listens on ${bind}:${port} with TLS`)
    },
  }
}

/** Node's list knows an IPv4 address also by its IPv6 form, under which it comes where `::` is listened on. */
function isFrom(address: string | undefined, list: BlockList): boolean {
  return address !== undefined && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

function refusalOf(error: NodeJS.ErrnoException, bind: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new DeployError('port_in_use', `something else listens on ${bind}:${port}`, {
      fix: 'Stop what listens there, or choose another port for the control plane beyond loopback with TORII_API_TLS_PORT.',
      cause: error,
    })
  if (error.code === 'EADDRNOTAVAIL')
    return new ConfigError(`TORII_API_BIND must be an address of this machine, but it has no ${bind}: \`ip addr\` shows those it has.`)
  return error
}

/** Whoever has not finished its handshake cannot be told anything, and would be waited for while it is. */
function answerOrDrop(error: Error & { code?: string }, socket: Duplex): void {
  if (/^ERR_(TLS|SSL)_/.test(error.code ?? '')) socket.destroy()
  else answerClientError(error, socket as Socket)
}

/** Those that are open; one in the middle of its handshake is none of HTTP's yet, and would outlive `closeAllConnections` (Node 24.21). */
function socketsOf(server: Server): Set<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}
