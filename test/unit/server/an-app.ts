import { Writable } from 'node:stream'
import type { InjectOptions } from 'fastify'
import pino from 'pino'
import type { AccessStore } from '../../../src/deploy/access.ts'
import type { Controller } from '../../../src/deploy/view.ts'
import { createApp } from '../../../src/server/app.ts'
import type { App, Parts } from '../../../src/server/parts.ts'
import { createScrubber } from '../../../src/text/scrubber.ts'
import { noSecrets } from '../../../src/text/secrets.ts'
import { createFakeAccessStore } from '../../fakes/access-store.ts'
import { createFakeClock, type FakeClock } from '../../fakes/clock.ts'
import { createFakeController, type FakeController, type World } from '../../fakes/controller.ts'
import { createFakeRegistries } from '../../fakes/registries.ts'
import { createFakeUploads } from '../../fakes/uploads.ts'
import { type Answered, createConformance } from './conforms.ts'

export const token = 'token-of-the-tests-0123456789'

export interface Built {
  app: App
  clock: FakeClock
  controller: FakeController
  access: AccessStore
  /** Every line of the log. */
  logged: string[]
}

export interface Changes extends Partial<Omit<Parts, 'controller'>> {
  world?: Partial<World>
  /** Takes the place of single methods of the controller. */
  controller?: Partial<Controller>
}

export function anApp({ world, controller: methods, ...parts }: Changes = {}): Built {
  const clock = createFakeClock({ auto: false })
  const access = parts.access ?? createFakeAccessStore()
  const controller = createFakeController(world, methods)
  const logged: string[] = []
  const lines = new Writable({ write: (line, _, done) => done(void logged.push(String(line))) })
  const log = pino({ level: 'trace' }, lines)
  const identity = { version: '0.1.0', build: 'dev' }
  const facts = {
    token,
    access,
    identity,
    system: async () => ({ engine: '26.1.5' }),
    ready: () => ({ is: 'passed' }) as const,
    makeReady: async () => {},
    suggest: async () => [],
    registries: createFakeRegistries(),
    secrets: createScrubber(noSecrets),
    uploads: createFakeUploads(),
    port: 80,
  }
  return { app: createApp({ ...facts, log, clock, controller, ...parts }), clock, controller, access, logged }
}

/** Asks with the token and without a socket. Every answer is held against the OpenAPI document. */
export async function ask(app: App, options: InjectOptions & { url: string }) {
  const response = await app.inject({ method: 'GET', ...options, headers: { authorization: `Bearer ${token}`, ...options.headers } })
  const type = String(response.headers['content-type']).split(';')[0] ?? ''
  if (type !== 'text/html')
    await conform(app, { method: options.method ?? 'GET', path: pathOf(options.url), status: response.statusCode, type, body: response.json() })
  return response
}

/** The document is the same for all apps. */
let conforms: ReturnType<typeof createConformance> | undefined

async function conform(app: App, answered: Answered): Promise<void> {
  await app.ready()
  conforms ??= createConformance(app.swagger() as unknown as Parameters<typeof createConformance>[0])
  conforms(answered)
}

function pathOf(url: string): string {
  return url.split('?')[0] ?? url
}
