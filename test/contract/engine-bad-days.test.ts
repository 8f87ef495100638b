import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { realClock } from '../../src/clock.ts'
import type { EngineEvent } from '../../src/deploy/ports.ts'
import { createEvents } from '../../src/docker/events.ts'
import { pullImage } from '../../src/docker/pull.ts'
import { noLogins } from '../../src/docker/registry-login.ts'
import { startContainer, stopContainers } from '../../src/docker/start-stop.ts'
import { type Ask, createAsk, type Question } from '../../src/engine-api/ask.ts'
import { addressOf, commonApi } from '../../src/engine-api/connect.ts'
import { createEngineCalls } from '../../src/traefik/engine-calls.ts'

/** What a daemon answers, by path without its query; one that is not here never answers. */
type Answers = Record<string, (response: ServerResponse, request: IncomingMessage) => void>

const log = { warn: () => {} }
const logins = { own: noLogins, log }
const never = new AbortController().signal

describe('an engine on a bad day', () => {
  let folder: string
  let server: Server | null

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'torii-daemon-'))
    server = null
  })

  afterEach(async () => {
    server?.closeAllConnections()
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)))
    rmSync(folder, { recursive: true, force: true })
  })

  const config = () => ({ dockerHost: `unix://${folder}/docker.sock` })
  const version = (response: ServerResponse) => response.end(JSON.stringify({ Version: '26.1.5', ApiVersion: '1.45', Os: 'linux', Arch: 'amd64' }))
  const daemon = async (answers: Answers) => {
    const all: Answers = { '/version': version, ...answers }
    const made = createServer((request, response) => all[(request.url ?? '').split('?')[0]?.replace(/^\/v1\.\d+/, '') ?? '']?.(response, request))
    server = made
    await new Promise<void>((resolve) => made.listen(`${folder}/docker.sock`, resolve))
  }

  test('no socket is engine_unreachable with the system’s words', async () => {
    await expect(createAsk(config()).version()).rejects.toMatchObject({ trouble: { reason: 'engine_unreachable', detail: expect.stringContaining('ENOENT') } })
  })

  test('an engine that is found later is asked again', async () => {
    const ask = createAsk(config())
    await ask.version().catch(() => {})
    await daemon({})

    expect((await ask.version()).ApiVersion).toBe('1.45')
  })

  test('an engine that was replaced by an older one is spoken to in the version it knows', async () => {
    let speaks = '1.45'
    const { promise: broken, resolve: breakOff } = Promise.withResolvers<void>()
    await daemon({
      '/version': (response) => response.end(JSON.stringify({ Version: '20', ApiVersion: speaks, Os: 'linux', Arch: 'amd64' })),
      '/containers/x/json': (response, request) => {
        const good = request.url?.startsWith(`/v${speaks}/`)
        response.writeHead(good ? 200 : 400).end(good ? '{"Id":"x"}' : '{"message":"client version 1.45 is too new. Maximum supported API version is 1.41"}')
      },
      '/events': (response) => void response.writeHead(200).write('\n', () => void broken.then(() => response.destroy())),
    })
    const ask = createAsk(config())
    const events = await ask.stream({ path: '/events' })
    const ended = Array.fromAsync(events).catch(() => {})

    speaks = '1.41'

    expect(await ask({ path: '/containers/x/json' })).toEqual({ Id: 'x' })
    expect((await ask.version()).ApiVersion).toBe('1.41')

    speaks = '1.43'
    breakOff()
    await ended

    expect((await ask.version()).ApiVersion).toBe('1.43')
  })

  test('any other 400 is an answer, and the question is not asked again', async () => {
    let asked = 0
    await daemon({
      '/containers/x/json': (response) => {
        asked += 1
        response.writeHead(400).end('{"message":"no such parameter"}')
      },
    })

    await expect(createAsk(config())({ path: '/containers/x/json' })).rejects.toMatchObject({
      trouble: { reason: 'engine_error', detail: '400, no such parameter' },
    })
    expect(asked).toBe(1)
  })

  test('a daemon that accepts and never answers does not hang us', async () => {
    await daemon({})

    await expect(createAsk(config())({ path: '/containers/x/json', within: 30 })).rejects.toMatchObject({
      trouble: { reason: 'engine_unreachable', detail: 'no answer within 0.03 s' },
    })
  })

  test('nor the proxy’s room: none of its calls is without a deadline', async () => {
    await daemon({})
    const ask = createAsk(config())
    const soon = (question: Question) => ({ ...question, within: 30 })
    const hurried: Ask = Object.assign(<T>(question: Question) => ask<T>(soon(question)), {
      stream: (question: Question) => ask.stream(soon(question)),
      version: ask.version,
    })
    const engine = createEngineCalls(hurried)

    const asked = await Promise.allSettled([engine.imageId('traefik:v3'), engine.inspect('x'), engine.create({ name: 'x' }), engine.remove('x')])

    for (const each of asked) expect(each).toMatchObject({ status: 'rejected', reason: { trouble: { reason: 'engine_unreachable' } } })
    expect(await engine.lastLine('x')).toBe('')
  })

  test('an engine that refuses to run the proxy is not away', async () => {
    await daemon({ '/containers/create': (response) => response.writeHead(409).end('{"message":"the name is in use"}') })

    await expect(createEngineCalls(createAsk(config())).create({ name: 'x' })).rejects.toMatchObject({
      trouble: { reason: 'proxy_unreachable', detail: 'the engine says: the name is in use' },
    })
  })

  test('nor one that stops in the middle of its answer', async () => {
    await daemon({ '/containers/x/json': (response) => response.write('{"Id":') })

    await expect(createAsk(config())({ path: '/containers/x/json', within: 30 })).rejects.toMatchObject({ trouble: { reason: 'engine_unreachable' } })
  })

  test('nor one that dies in the middle of its answer', async () => {
    await daemon({ '/containers/x/json': (response) => response.write('{"Id":', () => response.destroy()) })

    await expect(createAsk(config())({ path: '/containers/x/json' })).rejects.toMatchObject({ trouble: { reason: 'engine_unreachable' } })
  })

  test('being cancelled is not a failure of the engine', async () => {
    await daemon({})
    const done = new AbortController()
    const asked = createAsk(config())({ path: '/slow', signal: done.signal })
    done.abort(new Error('enough'))

    await expect(asked).rejects.toThrow('enough')
  })

  test('304 on a start is a success', async () => {
    await daemon({ '/containers/x/start': (response) => response.writeHead(304).end() })

    await expect(startContainer(createAsk(config()), 'x')).resolves.toBeUndefined()
  })

  test('nobody is waited for longer than we allow when stopping', async () => {
    const asked: string[] = []
    const timeouts: Record<string, number | undefined> = { none: undefined, short: 2, long: 600, endless: -1 }
    const inspect = (id: string) => (response: ServerResponse) =>
      response.end(JSON.stringify({ Id: id, State: { Status: 'running' }, Config: { StopTimeout: timeouts[id] } }))
    const stop = (response: ServerResponse, { url = '' }: IncomingMessage) => {
      asked.push(url.replace(/^.*containers/, ''))
      response.writeHead(204).end()
    }
    const ids = Object.keys(timeouts)
    await daemon({
      '/containers/json': (response) => response.end(JSON.stringify(ids.map((Id) => ({ Id })))),
      ...Object.fromEntries(
        ids.flatMap((id) => [
          [`/containers/${id}/json`, inspect(id)],
          [`/containers/${id}/stop`, stop],
        ]),
      ),
    })

    await stopContainers({ ask: createAsk(config()), clock: realClock, instance: 'i' }, { deployment: 'd', revision: 1 }, { graceMs: 30_000, disarm: false })

    expect(asked.toSorted()).toEqual(['/endless/stop?t=30', '/long/stop?t=30', '/none/stop?t=10', '/short/stop?t=2'])
  })

  test('an event stream that ends comes back where it was and tells of the gap', async () => {
    const asked: string[] = []
    const line = { Action: 'start', timeNano: 1_700_000_000_000_000_000, Actor: { ID: 'c', Attributes: { 'torii.deployment': 'd', 'torii.revision': '1' } } }
    await daemon({
      '/events': (response, { url = '' }) => {
        asked.push(new URL(url, 'http://x').searchParams.get('since') ?? 'now')
        response.writeHead(200).flushHeaders()
        if (asked.length === 1) response.end(`${JSON.stringify(line)}\n`)
      },
    })
    const { promise: gap, resolve } = Promise.withResolvers<void>()
    const events: EngineEvent[] = []
    const stop = await createEvents({ ask: createAsk(config()), instance: 'i', clock: realClock, log })((event) => {
      events.push(event)
      if (event.is === 'gap') resolve()
    })

    await gap
    stop()

    expect(events).toEqual([{ is: 'container', ref: { deployment: 'd', revision: 1 }, id: 'c', action: 'start' }, { is: 'gap' }])
    expect(asked).toEqual(['now', '1700000000.000000'])
  })

  test('a registry that hangs is a pull_timeout, its last word before a failure is the detail', async () => {
    await daemon({})
    const pull = { ref: 'a/b:1', platform: null }

    await expect(pullImage(createAsk(config()), { ...pull, within: 30, logins }, () => {}, never)).rejects.toMatchObject({
      trouble: { reason: 'pull_timeout', detail: 'a/b:1: the pull did not end within 0.03 s' },
    })
  })

  test('an error in the stream of a pull fails it', async () => {
    await daemon({
      '/images/create': (response) =>
        response.end('{"status":"Pulling from a/b","id":"1"}\r\n{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}\r\n'),
    })

    await expect(pullImage(createAsk(config()), { ref: 'a/b:1', platform: null, within: 1000, logins }, () => {}, never)).rejects.toMatchObject({
      trouble: { reason: 'image_not_found', detail: 'a/b:1: manifest unknown' },
    })
  })

  test.each(['ssh://me@host', 'tcp://host:2376', 'npipe:////./pipe/x', 'unix://', 'tcp://ho st:1'])(
    'DOCKER_HOST=%s is refused with what to write instead',
    (dockerHost) => {
      expect(() => addressOf(dockerHost)).toThrow('DOCKER_HOST')
    },
  )

  test('the API version is the older of both', () => {
    expect([commonApi('1.41'), commonApi('1.45'), commonApi('1.51'), commonApi('2.0')]).toEqual(['1.41', '1.45', '1.45', '1.45'])
  })
})
