import { describe, expect, test } from 'vitest'
import type { ServerEvent } from '../../../src/cli/sse.ts'
import { DeployError } from '../../../src/deploy/failure.ts'
import { aDeployment } from '../cli/makers.ts'
import { aServer } from './a-server.ts'
import { anApp, ask } from './an-app.ts'
import { until } from './sockets.ts'

const line = (text: string, service = 'web') => ({ service, replica: 1, stream: 'stdout' as const, text })
const world = (...lines: ReturnType<typeof line>[]) => ({ deployments: [aDeployment({ name: 'web' })], lines })
const url = '/api/v1/deployments/web/logs'

async function all(stream: AsyncIterable<ServerEvent>): Promise<[string, unknown][]> {
  const events: [string, unknown][] = []
  for await (const { event, data } of stream) events.push([event, JSON.parse(data)])
  return events
}

describe('what the containers print', () => {
  test('is sent line by line and ends with an event of its own', async () => {
    await using server = await aServer({ world: world(line('one'), line('two\u2028\u2029 \u001b[31m', 'db')) })

    const events = await all(server.events(url))

    expect(events).toEqual([
      ['message', line('one')],
      ['message', line('two\u2028\u2029 \u001b[31m', 'db')],
      ['end', { failure: null }],
    ])
  })

  test('is the last hundred lines of all services, or what is asked for', async () => {
    await using server = await aServer({ world: world(line('one'), line('two', 'db'), line('three')) })

    const usual = await all(server.events(url))
    const asked = await all(server.events(`${url}?service=web&tail=1&follow=false`))

    expect(usual).toHaveLength(4)
    expect(asked).toEqual([
      ['message', line('three')],
      ['end', { failure: null }],
    ])
    expect(server.controller.calls).toEqual([
      ['logs', 'web', { service: null, tail: 100, follow: false }],
      ['logs', 'web', { service: 'web', tail: 1, follow: false }],
    ])
  })

  test('of nothing is an end alone', async () => {
    await using server = await aServer({ world: world() })

    expect(await all(server.events(url))).toEqual([['end', { failure: null }]])
  })

  test('goes on as it is printed where that is asked, until the reader leaves', async () => {
    await using server = await aServer({ world: world(line('before')) })
    const stream = server.events(`${url}?follow=true`)

    const before = await stream.next()
    await until(() => server.controller.followers() === 1)
    server.controller.print(line('after'))
    const after = await stream.next()
    await stream.return(undefined)
    await until(() => server.controller.followers() === 0)

    expect([before, after].map(({ value }) => JSON.parse(value.data).text)).toEqual(['before', 'after'])
  })

  test('begins a moment later where nothing is printed, and is kept alive', async () => {
    await using server = await aServer({ world: world() })
    const asked = server.request(`${url}?follow=true`)
    await until(() => server.controller.followers() === 1)

    await server.clock.advance(250)
    const reader = (await asked).body?.getReader()
    const first = await reader?.read()
    await server.clock.advance(15_000)
    const second = await reader?.read()

    expect([first, second].map((read) => new TextDecoder().decode(read?.value))).toEqual(['retry: 1000\n\n', ': alive\n\n'])
  })
})

describe('what cannot be shown', () => {
  const usual = anApp({ world: world() })

  test.each(['tail=-1', 'tail=all', 'tail=1000001', 'tail=', 'lines=5', 'follow=1', `service=${'x'.repeat(201)}`])('?%s is refused', async (query) => {
    const answer = await ask(usual.app, { url: `${url}?${query}` })

    expect(answer.statusCode).toBe(400)
    expect(usual.controller.calls).toEqual([])
  })

  test('a refusal at the beginning is a refusal like any other', async () => {
    const { app } = anApp({ world: world(), controller: { logs: () => Promise.reject(new DeployError('engine_unreachable', 'ECONNREFUSED')) } })

    const [engine, nobody] = await Promise.all([ask(app, { url }), ask(app, { url: '/api/v1/deployments/nobody/logs' })])

    expect([engine.statusCode, engine.json().reason]).toEqual([503, 'engine_unreachable'])
    expect(nobody.statusCode).toBe(503)
  })

  test('one in the middle is told in the end, and breaks the answer off', async () => {
    const { promise: broken, reject: breakOff } = Promise.withResolvers<void>()
    await using server = await aServer({
      controller: {
        logs: (_, __, print) => {
          void print(line('one'))
          return broken
        },
      },
    })
    const stream = server.events(url)

    const one = await stream.next()
    breakOff(new DeployError('engine_unreachable', 'gone'))
    const end = await stream.next()

    expect(JSON.parse(one.value.data).text).toBe('one')
    expect([end.value.event, JSON.parse(end.value.data).failure]).toMatchObject(['end', { reason: 'engine_unreachable', fix: expect.any(String) }])
    await expect(stream.next()).rejects.toThrow()
  })

  test('whoever leaves before anything is printed is no trouble', async () => {
    await using server = await aServer({ world: world() })
    const left = new AbortController()
    const asked = server.request(`${url}?follow=true`, { signal: left.signal })
    await until(() => server.controller.followers() === 1)

    left.abort()
    await Promise.allSettled([asked])
    await until(() => server.controller.followers() === 0)
    await server.app.close()

    expect(server.logged.map((each) => JSON.parse(each)).filter(({ level }) => level > 30)).toEqual([])
  })

  test('closing the server breaks it off: there is no good end', async () => {
    await using server = await aServer({ world: world(line('one')) })
    const stream = server.events(`${url}?follow=true`)
    await stream.next()

    await server.app.close()

    await expect(stream.next()).rejects.toThrow()
  })
})

test('more lines than fit wait for a reader that reads them', async () => {
  const lines = Array.from({ length: 2000 }, (_, at) => line(`${at} ${'x'.repeat(4000)}`))
  await using server = await aServer({ world: world(...lines) })

  const events = await all(server.events(`${url}?tail=2000`))

  expect(events).toHaveLength(2001)
})
