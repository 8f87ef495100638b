import { expect, test } from 'vitest'
import { anotherController, aWorld, deployed, quiet, type World } from './a-world.ts'

const twoOf = () => aWorld({ extensions: { '/hello': { services: { web: { replicas: 2 }, db: {} } } } })

/** The engine gives addresses out anew, as after crashes: to each container, in this order, what is said here. */
function moved({ engine }: World, addresses: Record<string, string | null>): void {
  const containers = engine.containers
  engine.containers = async (ref) =>
    (await containers(ref)).map((each) => {
      const now = addresses[`${each.service}/${each.replica}`]
      return now === undefined ? each : { ...each, state: now === null ? 'restarting' : 'running', addresses: now === null ? [] : [now] }
    })
}

/** Something of it starts. */
async function starts({ engine }: World): Promise<void> {
  engine.world.comeBack()
}

const publicOf = ({ proxy }: World) => proxy.published().find(({ candidate, kind }) => candidate === null && kind === 'port')?.to

test('containers that swap addresses keep their routes', async () => {
  const world = twoOf()
  await world.controller.recover()
  await deployed(world, '/hello')
  const [first = '', second = ''] = publicOf(world) as string[]
  const [, a] = /\/\/(.*):/.exec(first) ?? []
  const db = '10.213.9.9'
  expect(second).not.toBe(first)

  moved(world, { 'web/1': db, 'db/1': a ?? '' })
  await starts(world)
  await quiet(world)

  expect(publicOf(world)).toEqual([`http://${db}:8000`, second])
})

test('nothing leads to a container that does not run, and none at all is a route without addresses', async () => {
  const world = twoOf()
  await world.controller.recover()
  await deployed(world, '/hello')
  const [, second] = publicOf(world) as string[]

  moved(world, { 'web/1': null })
  await starts(world)
  await quiet(world)
  expect(publicOf(world)).toEqual([second])

  moved(world, { 'web/2': null })
  await starts(world)
  await quiet(world)
  expect(publicOf(world)).toEqual([])
})

test('what moved while no server ran is seen by the next one', async () => {
  const world = twoOf()
  await deployed(world, '/hello')
  moved(world, { 'web/1': '10.213.9.1', 'web/2': '10.213.9.2' })

  await anotherController(world).recover()
  await quiet(world)

  expect(publicOf(world)).toEqual(['http://10.213.9.1:8000', 'http://10.213.9.2:8000'])
})

test('a failed look is done again', async () => {
  const world = twoOf()
  await world.controller.recover()
  await deployed(world, '/hello')
  moved(world, { 'web/1': '10.213.9.1' })
  const publish = world.proxy.publish
  let fails = 1
  world.proxy.publish = async (routes) => (fails-- > 0 ? Promise.reject(new Error('disk full')) : publish(routes))

  await starts(world)
  await world.clock.sleep(2000)

  expect((publicOf(world) as string[])[0]).toBe('http://10.213.9.1:8000')
})

test('a fixed address is not asked after', async () => {
  const world = aWorld({ extensions: { '/hello': { services: { web: {} } } } })
  await world.controller.recover()
  await deployed(world, '/hello')
  const snapshots = world.proxy.snapshots.length

  await starts(world)
  await quiet(world)

  expect(world.proxy.snapshots).toHaveLength(snapshots)
})
