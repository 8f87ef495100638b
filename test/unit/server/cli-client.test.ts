import { describe, expect, test } from 'vitest'
import { CliError } from '../../../src/cli/cli-error.ts'
import { followEvents } from '../../../src/cli/follow-events.ts'
import { health } from '../../../src/cli/healthz.ts'
import { DeployError } from '../../../src/deploy/failure.ts'
import type { Evidence, StoredEvent } from '../../../src/deploy/record.ts'
import { createFakeClock } from '../../fakes/clock.ts'
import { aDeployment, anEvent, aView, id } from '../cli/makers.ts'
import { aServer } from './a-server.ts'
import { until } from './sockets.ts'

/** The CLI's client and this server speak the same. */

const evidence: Evidence = { at: '2026-11-24T12:00:00.000Z', containers: [] }
const lines = ['one', 'two'].map((text) => ({ service: 'web', replica: 1, stream: 'stdout' as const, text }))
const events = [1, 2, 3].map((number) => anEvent(number, number, { type: 'notice', text: `${number}` }))
const world = () => ({ deployments: [aDeployment({ name: 'web' })], revisions: [aView()], evidence: new Map([[1, evidence]]), events: [...events], lines })

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of stream) items.push(item)
  return items
}

const refusalOf = (answer: Promise<unknown>) => answer.catch((error: unknown) => error as CliError)

describe('everything the CLI asks for', () => {
  test('is answered as it expects', async () => {
    await using server = await aServer({ world: world() })
    const { api } = server
    const signal = new AbortController().signal

    expect(await api.makeReady()).toEqual({ engine: '26.1.5' })
    expect(await api.submit({ path: '/srv/web', env: { A: '1' } }, signal)).toEqual(aView())
    expect(await api.list()).toEqual({ deployments: [aDeployment({ name: 'web' })] })
    expect(await api.get('web')).toEqual(aDeployment({ name: 'web' }))
    expect(await api.revisions('web')).toEqual({ revisions: [aView()] })
    expect(await api.revision(id, 1)).toEqual(aView())
    expect(await api.revision('web', 'latest', signal)).toEqual(aView())
    expect(await api.evidence('web', 'latest')).toEqual(evidence)
    expect(await api.events({ deployment: id, after: 1 })).toEqual({ events: events.slice(1) })
    expect(await all(api.logs('web', { service: undefined, tail: 100, follow: false }, signal))).toEqual(lines)
    expect(await api.stop('web')).toMatchObject({ wanted: 'stopped' })
    expect(await api.start('web', signal)).toMatchObject({ deployment: { wanted: 'running' }, failure: null })
    expect(await api.remove('web', true)).toEqual({ name: 'web', volumesKept: [], volumesRemoved: [`torii-${id}_data`] })
  })

  test('evidence that there is not yet is none', async () => {
    await using server = await aServer({ world: { ...world(), evidence: new Map() } })

    expect(await server.api.evidence('web', 1)).toBeNull()
  })

  test('the health says who answers', async () => {
    await using server = await aServer()

    expect(await health({ apiHost: '127.0.0.1', apiPort: server.port })).toEqual({ is: 'torii', version: '0.1.0', build: 'dev' })
  })
})

describe('refusals become what the CLI ends with', () => {
  test.each([
    ['of the extension', new DeployError('policy_denied', 'privileged', { service: 'web' }), { reason: 'policy_denied', exit: 3 }],
    ['of the engine', new DeployError('engine_unreachable', 'ECONNREFUSED'), { reason: 'engine_unreachable', exit: 7 }],
    ['of one that is busy', new DeployError('busy', 'web'), { reason: 'busy', exit: 8 }],
    ['of nobody’s expecting', new Error('x'), { reason: 'internal', exit: 1 }],
  ])('%s', async (_, thrown, expected) => {
    await using server = await aServer({ controller: { submit: () => Promise.reject(thrown) } })

    const refusal = await refusalOf(server.api.submit({ path: '/srv/web' }))

    expect(refusal).toBeInstanceOf(CliError)
    expect(refusal).toMatchObject({ ...expected, message: expect.stringMatching(/^\S.*\.$/), fix: expect.stringMatching(/./) })
  })

  test('too many at once is busy, which the CLI can come back from', async () => {
    await using server = await aServer({ limits: { submits: 0, streams: 0 } })

    const submit = await refusalOf(server.api.submit({ path: '/srv/web' }))
    const follow = await refusalOf(all(server.api.follow({ after: 0 }, new AbortController().signal)))

    expect([submit, follow]).toMatchObject([
      { reason: 'busy', exit: 8 },
      { reason: 'busy', exit: 8 },
    ])
  })

  test('a deployment that there is not', async () => {
    await using server = await aServer()

    const refusals = await Promise.all([
      refusalOf(server.api.get('nobody')),
      refusalOf(server.api.remove('../etc', false)),
      refusalOf(all(server.api.logs('nobody', { tail: 1, follow: false }, new AbortController().signal))),
      refusalOf(all(server.api.follow({ deployment: 'nobody', after: 0 }, new AbortController().signal))),
    ])

    expect(refusals).toMatchObject(refusals.map(() => ({ reason: 'not_found', exit: 8 })))
  })

  test('a token of another state folder', async () => {
    await using server = await aServer({ token: 'another-token-0123456789' })

    expect(await refusalOf(server.api.list())).toMatchObject({ reason: 'server_unreachable', message: expect.stringContaining('token') })
  })

  test('a log that breaks off in the middle is no good end', async () => {
    const broken = Promise.withResolvers<void>()
    await using server = await aServer({
      controller: {
        logs: (_, __, print) => {
          void print({ service: 'web', replica: 1, stream: 'stdout', text: 'one' })
          return broken.promise
        },
      },
    })
    const printed = server.api.logs('web', { tail: 1, follow: false }, new AbortController().signal)

    const first = await printed.next()
    broken.reject(new DeployError('engine_unreachable', 'gone'))

    expect(first.value).toMatchObject({ text: 'one' })
    await expect(all(printed)).rejects.toThrow()
  })
})

test('the CLI follows through a stream that breaks off, each event once and in order', async () => {
  await using server = await aServer({ world: world() })
  const { controller } = server
  const follow = controller.follow.bind(controller)
  controller.follow = async () => {
    controller.follow = follow
    throw new Error('database is locked')
  }
  const leave = new AbortController()
  const gone: string[] = []
  const followed = followEvents(server.api, { deployment: id, after: 0 }, { clock: createFakeClock(), signal: leave.signal, gone: () => gone.push('gone') })
  const next = async (count: number) => {
    const seen: StoredEvent[] = []
    while (seen.length < count) seen.push((await followed.next()).value as StoredEvent)
    return seen
  }

  const before = await next(3)
  const after = next(2)
  await until(() => controller.followers() === 1)
  for (const event of [anEvent(4, 4, { type: 'notice', text: '4' }), anEvent(5, 5, { type: 'notice', text: '5' })]) controller.tell(event)
  const seen = [...before, ...(await after)]
  leave.abort()

  expect(seen.map((event) => event.id)).toEqual([1, 2, 3, 4, 5])
  expect(gone).toEqual(['gone'])
})
