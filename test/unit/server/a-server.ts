import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Api, createApi } from '../../../src/cli/api.ts'
import { createClient } from '../../../src/cli/client.ts'
import { localEndpoint } from '../../../src/cli/endpoint.ts'
import { type ServerEvent, serverEvents } from '../../../src/cli/sse.ts'
import { DeployError } from '../../../src/deploy/failure.ts'
import { listen } from '../../../src/server/listen.ts'
import { readOrMakeToken } from '../../../src/server/token.ts'
import { anApp, type Built, type Changes } from './an-app.ts'

export interface Running extends Built, AsyncDisposable {
  port: number
  token: string
  /** The CLI's own client. */
  api: Api
  /** A request with the token, by fetch. */
  request(path: string, init?: RequestInit): Promise<Response>
  /** The events of a stream, one at a time. */
  events(path: string, headers?: Record<string, string>): AsyncGenerator<ServerEvent>
}

/** The app on a socket of its own, with a state folder of its own. */
export async function aServer(changes: Changes = {}): Promise<Running> {
  const home = await mkdtemp(join(tmpdir(), 'torii-server-'))
  const token = await readOrMakeToken(home, { warn: () => {} })
  const { port, ...built } = await onFreePort({ token, ...changes })
  const config = { home, apiHost: '127.0.0.1', apiPort: port }
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) } })
  return {
    ...built,
    port,
    token,
    api: createApi(createClient(localEndpoint(config))),
    request,
    events: async function* (path, headers = {}) {
      const { body } = await request(path, { headers })
      if (body) yield* serverEvents(body)
    },
    [Symbol.asyncDispose]: async () => {
      await built.app.close()
      await rm(home, { recursive: true })
    },
  }
}

/** The app must know its port beforehand; somebody may take it in between. */
async function onFreePort(changes: Changes): Promise<Built & { port: number }> {
  for (;;) {
    const port = await freePort()
    const built = anApp({ ...changes, port })
    try {
      await listen(built.app, { apiHost: '127.0.0.1', apiPort: port })
      return { ...built, port }
    } catch (error) {
      if (!(error instanceof DeployError)) throw error
      await built.app.close()
    }
  }
}

export function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address() as { port: number }
    server.close(() => resolve(port))
  })
  return promise
}
