import { describe, expect, test } from 'vitest'
import type { ServerEvent } from '../../../src/cli/sse.ts'
import type { StoredEvent } from '../../../src/deploy/record.ts'
import { aDeployment, anEvent, id } from '../cli/makers.ts'
import { aServer } from './a-server.ts'
import { anApp, ask } from './an-app.ts'
import { stalledReader, until } from './sockets.ts'

const notice = (number: number, text = `notice ${number}`): StoredEvent => anEvent(number, number, { type: 'notice', text })
const ofAnother = (number: number): StoredEvent => ({ ...notice(number), deployment: 'another' })
const world = (...events: StoredEvent[]) => ({ deployments: [aDeployment({ name: 'web' })], events })

/** The next `count` events that say anything. */
async function take(stream: AsyncIterator<ServerEvent>, count: number): Promise<StoredEvent[]> {
  const taken: StoredEvent[] = []
  while (taken.length < count) {
    const { value, done } = await stream.next()
    if (done) break
    taken.push(JSON.parse(value.data))
  }
  return taken
}

const numbers = (events: StoredEvent[]) => events.map((event) => event.id)

describe('events as a document', () => {
  const usual = anApp({ world: world() })

  test('are those after one, of all or of one deployment and revision, a page at a time', async () => {
    const { app, controller } = anApp({ world: world(notice(1), notice(2), ofAnother(3), notice(4)), limits: { page: 2 } })

    const all = await ask(app, { url: '/api/v1/events' })
    const later = await ask(app, { url: '/api/v1/events?after=1&follow=false' })
    const one = await ask(app, { url: '/api/v1/events?deployment=web&revision=1&after=2' })

    expect([all, later, one].map((answer) => numbers(answer.json().events))).toEqual([[1, 2], [2, 3], [4]])
    expect(controller.calls.at(-1)).toEqual(['events', { deployment: 'web', revision: 1, after: 2 }, 2])
  })

  test.each([
    ['after=-1', '"after" in the query must be the number of an event.'],
    ['after=1e3', '"after" in the query must be the number of an event.'],
    ['after=', '"after" in the query must be the number of an event.'],
    ['after=99999999999999999', '"after" in the query must be the number of an event.'],
    ['revision=0', '"revision" in the query must be the number of a revision.'],
    ['follow=yes', '"follow" in the query must be one of true, false.'],
    ['since=1', 'There is no "since" in the query.'],
    ['after=1&after=2', '"after" in the query must be the number of an event.'],
  ])('?%s is refused', async (query, sentence) => {
    const answer = await ask(usual.app, { url: `/api/v1/events?${query}` })

    expect([answer.statusCode, answer.json().sentence]).toEqual([400, sentence])
  })

  test.each(['events?deployment=nobody', 'events?deployment=nobody&follow=true', 'events?deployment=a%00b&follow=true'])('/%s is not found', async (url) => {
    const answer = await ask(usual.app, { url: `/api/v1/${url}` })

    expect([answer.statusCode, answer.json().reason]).toEqual([404, 'not_found'])
  })
})

describe('events as they happen', () => {
  test('come after what happened before, each once and in order', async () => {
    await using server = await aServer({ world: world(...[1, 2, 3, 4, 5].map((number) => notice(number))), limits: { page: 2 } })
    const stream = server.events('/api/v1/events?follow=true')

    const before = await take(stream, 5)
    await until(() => server.controller.followers() === 1)
    server.controller.tell(notice(6))
    server.controller.tell(ofAnother(7))
    const after = await take(stream, 2)

    expect(numbers([...before, ...after])).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(after[0]).toEqual(notice(6))
  })

  test('begin at once, although nothing happens', async () => {
    await using server = await aServer({ world: world() })

    const response = await server.request('/api/v1/events?follow=true')
    const first = await response.body?.getReader().read()

    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    expect(new TextDecoder().decode(first?.value)).toBe('retry: 1000\n\n')
  })

  test('go on after the last one that was seen, whatever the address says', async () => {
    await using server = await aServer({ world: world(notice(1), notice(2), notice(3)) })

    const resumed = await take(server.events('/api/v1/events?follow=true&after=0', { 'last-event-id': '2' }), 1)
    const refused = await server.request('/api/v1/events?follow=true', { headers: { 'last-event-id': 'x' } })

    expect(numbers(resumed)).toEqual([3])
    expect(refused.status).toBe(400)
  })

  test('are of one deployment and revision where that is asked', async () => {
    const other = { ...notice(2), revision: 2 }
    await using server = await aServer({ world: world(notice(1), other, ofAnother(3)) })
    const stream = server.events(`/api/v1/events?follow=true&deployment=${id}&revision=2`)

    const before = await take(stream, 1)
    await until(() => server.controller.followers() === 1)
    for (const event of [notice(4), ofAnother(5), { ...notice(6), revision: 2 }]) server.controller.tell(event)
    const after = await take(stream, 1)

    expect(numbers([...before, ...after])).toEqual([2, 6])
  })

  test('text of a container stays one event', async () => {
    const text = 'id: 9\n\ndata: {}\n\nevent: end\r\n: \u2028\u0000'
    await using server = await aServer({ world: world(notice(1, text)) })

    const events = await take(server.events('/api/v1/events?follow=true'), 1)

    expect(events).toEqual([notice(1, text)])
  })

  test('a quiet stream says every 15 s that it is alive', async () => {
    await using server = await aServer({ world: world() })
    const { body } = await server.request('/api/v1/events?follow=true')
    const reader = body?.getReader()
    const chunk = async () => new TextDecoder().decode((await reader?.read())?.value)
    await chunk()
    await until(() => server.controller.followers() === 1)

    await server.clock.advance(14_999)
    const early = chunk()
    await server.clock.advance(1)
    const first = await early
    await server.clock.advance(15_000)

    expect([first, await chunk()]).toEqual([': alive\n\n', ': alive\n\n'])
  })

  test('whoever leaves is followed no longer', async () => {
    await using server = await aServer({ world: world() })
    const left = new AbortController()
    await server.request('/api/v1/events?follow=true', { signal: left.signal })
    await until(() => server.controller.followers() === 1)

    left.abort()

    await until(() => server.controller.followers() === 0)
  })

  test('a reader that stalls is cut off, others are not, and it can go on where it was', async () => {
    await using server = await aServer({ world: world(), limits: { pendingEvents: 64 * 1024 } })
    const { controller } = server
    const stalled = await stalledReader(server, '/api/v1/events?follow=true')
    const reader = server.events('/api/v1/events?follow=true')
    const tellAndRead = async () => {
      controller.tell(notice(controller.world.events.length + 1, 'x'.repeat(64 * 1024)))
      return take(reader, 1)
    }
    const begun = reader.next()
    await until(() => controller.followers() === 2)
    controller.tell(notice(1))
    await begun

    while (controller.followers() === 2) await tellAndRead()
    stalled.destroy()
    const told = controller.world.events.length
    const next = await tellAndRead()
    const resumed = await take(server.events('/api/v1/events?follow=true', { 'last-event-id': '1' }), told)

    expect(numbers(next)).toEqual([told + 1])
    expect(numbers(resumed)).toEqual(Array.from({ length: told }, (_, at) => at + 2))
  })

  test('a burst beyond the bound ends the stream, whatever comes after it', async () => {
    const burst = Array.from({ length: 500 }, (_, at) => notice(at + 1, 'x'.repeat(64 * 1024)))
    await using server = await aServer({
      world: world(),
      controller: {
        follow: async (_, tell) => {
          for (const event of burst) tell(event)
        },
      },
    })

    const events = take(server.events('/api/v1/events?follow=true'), 500)

    await expect(events).rejects.toThrow()
    expect(server.logged.filter((line) => line.includes('a reader that stalls is cut off'))).toHaveLength(1)
  })

  test('a long history waits for a reader that takes its time', async () => {
    const text = 'x'.repeat(64 * 1024)
    const history = Array.from({ length: 400 }, (_, at) => notice(at + 1, text))
    await using server = await aServer({ world: world(...history), limits: { pendingEvents: 128 * 1024, page: 100 } })
    const stream = server.events('/api/v1/events?follow=true')

    const first = await take(stream, 1)
    const pages = server.controller.calls.length
    const rest = await take(stream, 399)

    expect(pages).toBeLessThan(4)
    expect(numbers([...first, ...rest])).toEqual(numbers(history))
  })

  test('closing the server ends every stream at once', async () => {
    await using server = await aServer({ world: world(notice(1)) })
    const streams = Array.from({ length: 20 }, () => server.events('/api/v1/events?follow=true'))
    await Promise.all(streams.map((stream) => take(stream, 1)))
    const stalled = await stalledReader(server, '/api/v1/events?follow=true')
    await until(() => server.controller.followers() === 21)

    await server.app.close()

    expect(server.controller.followers()).toBe(0)
    expect(await Promise.allSettled(streams.map((stream) => stream.next()))).toMatchObject(streams.map(() => ({ status: 'rejected' })))
    stalled.destroy()
  })

  test('beyond so many streams the next is refused, and there is room again when one has left', async () => {
    await using server = await aServer({ world: world(notice(1)), limits: { streams: 2 } })
    const left = new AbortController()
    await server.request('/api/v1/events?follow=true', { signal: left.signal })
    await server.request('/api/v1/events?follow=true')

    const third = await server.request('/api/v1/events?follow=true')
    const page = await server.request('/api/v1/events')
    left.abort()
    await until(() => server.controller.followers() === 1)
    const fourth = await server.request('/api/v1/events?follow=true')

    expect([third.status, third.headers.get('retry-after'), page.status, fourth.status]).toEqual([503, '15', 200, 200])
    expect(await third.json()).toMatchObject({ reason: 'busy' })
  })

  test('the removal of a deployment ends its stream in good order', async () => {
    await using server = await aServer({
      world: world(notice(1)),
      controller: { follow: async (_, tell) => tell(anEvent(2, 0, { type: 'removed' })) },
    })

    const events = await take(server.events('/api/v1/events?follow=true&deployment=web'), Number.POSITIVE_INFINITY)

    expect(events.map(({ event }) => event.type)).toEqual(['notice', 'removed'])
  })

  test('a stream that cannot go on breaks off, so that its reader comes back', async () => {
    const broken = new Error('database is locked')
    await using server = await aServer({ world: world(notice(1)), controller: { follow: () => Promise.reject(broken) } })
    const stream = server.events('/api/v1/events?follow=true')

    const first = await take(stream, 1)

    expect(numbers(first)).toEqual([1])
    await expect(stream.next()).rejects.toThrow()
    expect(server.logged.join('')).toContain('an event stream was cut off')
  })
})
