import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { execa } from 'execa'
import type { StoredEvent } from '../../../src/deploy/record.ts'

export type Answer = (asked: { url: URL; body: unknown; headers: IncomingMessage['headers'] }, response: ServerResponse) => unknown

/** A control plane that answers what a test says, an engine that is there, and the CLI that talks to both. */
export interface Stub extends AsyncDisposable {
  home: string
  /** `METHOD /path` of everything asked under /api/v1, in order. */
  asked: string[]
  torii(...args: string[]): ReturnType<typeof start>
  /** The same with more in the environment. */
  withEnv(more: Record<string, string>): Pick<Stub, 'torii'>
  /** Drops every connection and listens again after `ms`. */
  restart(ms: number): Promise<void>
}

const main = join(import.meta.dirname, '../../../src/cli/main.ts')

/** `answers`: by `METHOD /path` without /api/v1. */
export async function aStub(answers: Record<string, Answer>): Promise<Stub> {
  const home = await mkdtemp(join(tmpdir(), 'torii-cli-'))
  await writeFile(join(home, 'token'), 'secret\n')
  const asked: string[] = []
  const server = createServer((request, response) => void answer(request, response, answers, asked))
  const engine = createServer((_, response) => response.end('{}'))
  await listening(server, { port: 0, host: '127.0.0.1' })
  await listening(engine, { path: join(home, 'docker.sock') })
  const { port } = server.address() as AddressInfo
  const env = { PATH: '/usr/bin:/bin', TORII_HOME: home, TORII_API_PORT: String(port), DOCKER_HOST: `unix://${join(home, 'docker.sock')}` }
  return {
    home,
    asked,
    torii: (...args) => start(args, env, home),
    withEnv: (more) => ({ torii: (...args) => start(args, { ...env, ...more }, home) }),
    restart: async (ms) => {
      await closed(server)
      await new Promise((resolve) => setTimeout(resolve, ms))
      await listening(server, { port, host: '127.0.0.1' })
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([closed(server), closed(engine)])
      await rm(home, { recursive: true })
    },
  }
}

/** Events as the server sends them. */
export function sendEvents(response: ServerResponse, events: StoredEvent[]): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) response.write(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`)
}

export function sendProblem(response: ServerResponse, status: number, problem: object): void {
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
}

/** `--` first: Node takes an `--env-file` for its own wherever it stands (24.21). */
function start(args: string[], env: Record<string, string>, cwd: string) {
  return execa(process.execPath, ['--', main, ...args], {
    cwd,
    env: { ...env, NO_COLOR: '1' },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 20_000,
  })
}

async function answer(request: IncomingMessage, response: ServerResponse, answers: Record<string, Answer>, asked: string[]): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://x')
  if (url.pathname === '/healthz') return void response.end(JSON.stringify({ version: '0.1.0', build: 'dev' }))
  const name = `${request.method} ${url.pathname.replace('/api/v1', '')}`
  asked.push(name)
  if (request.headers.authorization !== 'Bearer secret') return void response.writeHead(401).end()
  const body = await text(request)
  const found = answers[name]
  if (!found) return sendProblem(response, 404, { reason: 'not_found', detail: `There is no ${name}.`, fix: '`torii ls` lists what there is.' })
  const answered = await found({ url, body: body === '' ? null : JSON.parse(body), headers: request.headers }, response)
  if (answered !== undefined) response.end(JSON.stringify(answered))
}

async function listening(server: Server, at: { port: number; host: string } | { path: string }): Promise<void> {
  server.listen(at)
  await once(server, 'listening')
}

async function closed(server: Server): Promise<void> {
  const done = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await done
}
