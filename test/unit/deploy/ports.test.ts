import { describe, expect, test } from 'vitest'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { aWorld, deployed, newest, told, type World } from './a-world.ts'
import { unhealthyAfter } from './makers.ts'

const app: FakeExtension = { services: { web: {} } }
const ports = [61100, 61101, 61102]
const names = (count: number) => Array.from({ length: count }, (_, at) => `hello${at}`)
const world = (count = 4): World => aWorld({ extensions: Object.fromEntries(names(count).map((name) => [`/${name}`, app])), proxy: { ports } })
const portsOf = async (here: World) => (await here.store.heldPorts()).map(({ port }) => port)

describe('the public port', () => {
  test('is the first that is free', async () => {
    const here = world()

    await deployed(here, '/hello0')
    await deployed(here, '/hello1')

    expect([(await newest(here, 'hello0')).port, (await newest(here, 'hello1')).port]).toEqual([61100, 61101])
  })

  test('is kept over updates, also when a lower one is free by then', async () => {
    const here = world()
    await deployed(here, '/hello0')
    await deployed(here, '/hello1')
    await here.controller.remove('hello0', { volumes: false })

    expect(await deployed(here, '/hello1')).toMatchObject({ revision: 2, port: 61101, state: 'DEPLOYED' })
  })

  test('is the one asked for; an update to another says so, and gives the old one back', async () => {
    const here = world()
    await deployed(here, '/hello0', { port: 61102 })

    const moved = await deployed(here, '/hello0', { port: 61101 })

    expect(moved).toMatchObject({ port: 61101, state: 'DEPLOYED' })
    expect((await told(here, 'notice')).map(({ event }) => event.text)).toEqual(['The public port is 61101 from this revision on, 61102 before.'])
    expect(await portsOf(here)).toEqual([61101])
    expect(here.proxy.published().map(({ port }) => port)).toEqual([8443, 61101])
  })

  test('stays the old one’s when an update to another fails', async () => {
    const bad: FakeExtension = { name: 'hello0', services: { web: { does: unhealthyAfter(1000) } } }
    const here = aWorld({ extensions: { '/hello0': app, '/bad': bad } })
    await deployed(here, '/hello0')

    await deployed(here, '/bad', { port: 61102 })

    expect(await portsOf(here)).toEqual([61100])
    expect((await here.controller.get('hello0')).urls).toContain('https://localhost:61100/')
  })

  test('of another deployment is refused, with nothing recorded', async () => {
    const here = world()
    await deployed(here, '/hello0')

    await expect(here.controller.submit({ path: '/hello1', port: 61100 })).rejects.toMatchObject({ trouble: { reason: 'port_in_use' } })

    expect(await here.store.deployment('hello1')).toBeNull()
  })

  test('that the proxy does not serve is refused', async () => {
    await expect(world().controller.submit({ path: '/hello0', port: 80 })).rejects.toMatchObject({ trouble: { reason: 'port_unavailable' } })
  })

  test.each([
    ['removed', async (here: World) => void (await here.controller.remove('hello1', { volumes: false }))],
    ['one that failed at first and was removed', async (here: World) => void (await here.controller.remove('hello2', { volumes: false }))],
  ])('is given back by %s', async (_, give) => {
    const here = world()
    for (const name of names(3)) await deployed(here, `/${name}`)

    await give(here)

    expect(await deployed(here, '/hello3')).toMatchObject({ state: 'DEPLOYED' })
  })
})

describe('when all ports are used up', () => {
  test('one more is refused with a sentence that names the setting, and nothing is recorded', async () => {
    const here = world()
    for (const name of names(3)) await deployed(here, `/${name}`)

    const error = await here.controller.submit({ path: '/hello3' }).catch((refused) => refused)

    expect(error.trouble).toMatchObject({ reason: 'port_unavailable', detail: 'all 3 ports of the proxy are taken' })
    expect(await here.store.deployment('hello3')).toBeNull()
  })

  test('a path-only deployment still works, and so do updates of the others', async () => {
    const extensions = { ...Object.fromEntries(names(3).map((name) => [`/${name}`, app])), '/path': { ...app, settings: { routing: 'path' } as const } }
    const here = aWorld({ extensions, proxy: { ports } })
    for (const name of names(3)) await deployed(here, `/${name}`)

    expect(await deployed(here, '/path')).toMatchObject({ state: 'DEPLOYED', port: null })
    expect(await deployed(here, '/hello1')).toMatchObject({ state: 'DEPLOYED', revision: 2, port: 61101 })
  })

  test('asking a path-only deployment for one says that it does nothing', async () => {
    const here = aWorld({ extensions: { '/path': { ...app, settings: { routing: 'path' } } } })

    await deployed(here, '/path', { port: 61101 })

    expect((await told(here, 'notice')).map(({ event }) => event.text)).toEqual(['--port does nothing: only the path route is published.'])
  })

  test('those that want one at the same moment get three, and the others are refused', async () => {
    const here = world(6)

    const results = await Promise.allSettled(names(6).map((name) => here.controller.submit({ path: `/${name}` })))

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(new Set(await portsOf(here))).toEqual(new Set(ports))
    for (const result of results) if (result.status === 'rejected') expect(result.reason.trouble.reason).toBe('port_unavailable')
  })
})
