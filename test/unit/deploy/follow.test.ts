import { describe, expect, test } from 'vitest'
import { aWorld, deployed, quiet, settled, type World } from './a-world.ts'
import { healthyAfter } from './makers.ts'

const extensions = {
  '/hello': { services: { web: { does: { ...healthyAfter(1000), logs: ['one', 'two', 'key=hunter2-hunter2'] } }, db: { does: { logs: ['up'] } } } },
  '/other': { services: { web: {} } },
}
const world = (): World => aWorld({ extensions })

describe('following events', () => {
  test('gives what happened and what happens, each once and in order', async () => {
    const here = world()
    await here.controller.submit({ path: '/hello' })
    await here.clock.sleep(500)
    const seen: number[] = []
    const over = new AbortController()

    const following = here.controller.follow({ deployment: 'hello', after: 0 }, ({ id }) => seen.push(id), over.signal)
    await settled(here, 'hello')
    over.abort()
    await following

    expect(seen).toEqual((await here.store.events({})).map(({ id }) => id))
  })

  test('goes on after the event that was seen last', async () => {
    const here = world()
    await deployed(here, '/hello')
    const all = (await here.store.events({})).map(({ id }) => id)
    const seen: number[] = []
    const over = new AbortController()

    const following = here.controller.follow({ deployment: 'hello', after: all[5] ?? 0 }, ({ id }) => seen.push(id), over.signal)
    await quiet(here)
    over.abort()
    await following

    expect(seen).toEqual(all.slice(6))
  })

  test('leaves out other deployments and other revisions', async () => {
    const here = world()
    await deployed(here, '/hello')
    const seen: string[] = []
    const over = new AbortController()

    const following = here.controller.follow(
      { deployment: 'hello', revision: 2, after: 0 },
      ({ revision, deployment }) => seen.push(`${deployment}/${revision}`),
      over.signal,
    )
    await deployed(here, '/other')
    const { deployment } = await deployed(here, '/hello')
    over.abort()
    await following

    expect(new Set(seen)).toEqual(new Set([`${deployment}/2`]))
  })

  test('pages through a long history', async () => {
    const here = world()
    const ref = await deployed(here, '/hello')
    for (let number = 0; number < 1200; number += 1) await here.store.tell(ref, { type: 'notice', text: String(number) })
    const seen: number[] = []
    const over = new AbortController()

    const following = here.controller.follow({ deployment: 'hello', after: 0 }, ({ id }) => seen.push(id), over.signal)
    await quiet(here)
    over.abort()
    await following

    expect(seen).toEqual((await here.store.events({})).map(({ id }) => id))
  })

  test('of one that is removed at that moment ends', async () => {
    const here = world()
    await deployed(here, '/hello')
    const { id } = await here.controller.get('hello')

    const following = here.controller.follow({ deployment: 'hello', after: 0 }, () => {}, AbortSignal.timeout(1000))
    await here.store.forget(id, { keepName: false })
    const ended = await Promise.race([following.then(() => 'ended'), quiet(here).then(() => 'still there')])

    expect(ended).toBe('ended')
  })

  test.each(['events', 'follow'] as const)('%s of one that there is not is not_found', async (what) => {
    const { controller } = world()
    const filter = { deployment: 'nothing', after: 0 }

    const asked = what === 'events' ? controller.events(filter, 10) : controller.follow(filter, () => {}, new AbortController().signal)

    await expect(asked).rejects.toMatchObject({ trouble: { reason: 'not_found' } })
  })
})

describe('logs', () => {
  const read = async (here: World, service: string | null, tail = 10, env: Record<string, string> = {}) => {
    await here.controller.submit({ path: '/hello', env })
    await settled(here, 'hello')
    const lines: string[] = []
    await here.controller.logs(
      'hello',
      { service, tail, follow: false },
      ({ service: from, text }) => void lines.push(`${from}: ${text}`),
      new AbortController().signal,
    )
    return lines
  }

  test('come from all containers, or from those of one service', async () => {
    expect((await read(world(), null)).toSorted()).toEqual(['db: up', 'web: key=hunter2-hunter2', 'web: one', 'web: two'])
    expect(await read(world(), 'db')).toEqual(['db: up'])
  })

  test('can be only the last lines', async () => {
    expect(await read(world(), 'web', 1)).toEqual(['web: key=hunter2-hunter2'])
  })

  test('hide what the environment keeps secret', async () => {
    const [line] = await read(world(), 'web', 1, { KEY: 'hunter2-hunter2' })

    expect(line).not.toContain('hunter2')
  })

  test('of a service that there is not say which there are', async () => {
    await expect(read(world(), 'nothing')).rejects.toMatchObject({ trouble: { reason: 'not_found', fix: 'Its services are web and db.' } })
  })
})
