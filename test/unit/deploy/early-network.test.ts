import { expect, test } from 'vitest'
import { DeployError } from '../../../src/deploy/failure.ts'
import type { Ports } from '../../../src/deploy/ports.ts'
import { removeUnrecorded } from '../../../src/deploy/remove-unrecorded.ts'
import type { FakeExtension } from '../../fakes/extensions.ts'
import { dyingAt } from './a-crash.ts'
import { anotherController, aWorld, deployed, newest, quiet, toolsOf, until } from './a-world.ts'

const app: FakeExtension = { name: 'hello', services: { web: {} } }
const refused: FakeExtension = { ...app, refused: { at: 'resolve', why: new DeployError('policy_denied', 'it is privileged') } }
const other = { deployment: 'other', revision: 1 }

test('the network is there before the revision is, with a subnet of its own', async () => {
  const world = aWorld({ extensions: { '/hello': app } })

  const { subnets, state } = await deployed(world, '/hello')

  expect(world.engine.world.calls[0]).toMatch(/^network torii-/)
  expect({ networks: world.engine.world.networks.size, subnets, state }).toEqual({ networks: 1, subnets: ['10.213.0.0/27'], state: 'DEPLOYED' })
})

test('nothing of it stays when the extension is refused', async () => {
  const world = aWorld({ extensions: { '/hello': refused } })

  await expect(world.controller.submit({ path: '/hello' })).rejects.toThrow('privileged')

  expect([...world.engine.world.networks]).toEqual([])
  expect((await world.store.holdSubnets(other, [16], [])).subnets).toEqual(['10.213.0.0/16'])
})

test('of two that admit the same revision at once, the second is refused and the first keeps its network', async () => {
  const world = aWorld({ extensions: { '/hello': app } })
  await deployed(world, '/hello')

  const both = await Promise.allSettled([world.controller.submit({ path: '/hello' }), world.controller.submit({ path: '/hello' })])
  await world.clock.sleep(60_000)

  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect([...world.engine.world.networks].filter((network) => network.includes('/2 '))).toHaveLength(1)
  expect((await newest(world, 'hello')).state).toBe('DEPLOYED')
})

test.each([
  [
    'cannot be made',
    (ports: Ports): Ports => ({
      ...ports,
      engine: { ...ports.engine, makeNetwork: async () => Promise.reject(new DeployError('network_exhausted', 'Pool overlaps')) },
    }),
  ],
  ['is not the one that Compose wants', (ports: Ports): Ports => ({ ...ports, extensions: { ...ports.extensions, subnetSizes: () => [26] } })],
  [
    'cannot be told by the file',
    (ports: Ports): Ports => ({
      ...ports,
      extensions: { ...ports.extensions, read: async (request) => ({ ...(await ports.extensions.read(request)), onlyNetwork: null }) },
    }),
  ],
])('where it %s, it is made later', async (_, through) => {
  const world = aWorld({ extensions: { '/hello': app }, through })

  const { state } = await deployed(world, '/hello')

  expect(state).toBe('DEPLOYED')
  expect(world.engine.world.networks.size).toBe(1)
})

test('one whose process was killed before there was a record is removed by the next process', async () => {
  const dying = dyingAt(7)
  const world = aWorld({ extensions: { '/hello': app } })
  void anotherController(world, dying.through).submit({ path: '/hello' })
  expect([await dying.dead, world.engine.world.networks.size]).toEqual(['extensions.resolve', 1])

  await anotherController(world).recover()
  await quiet(world)

  expect([...world.engine.world.networks]).toEqual([])
})

test('one of a revision that is being admitted right now is no leftover', async () => {
  const { promise: mayResolve, resolve: letResolve } = Promise.withResolvers<void>()
  const slow = (ports: Ports): Ports => ({
    ...ports,
    extensions: {
      ...ports.extensions,
      resolve: async (source, ref, answers) => {
        await mayResolve
        return ports.extensions.resolve(source, ref, answers)
      },
    },
  })
  const world = aWorld({ extensions: { '/hello': app }, through: slow })
  const submitted = world.controller.submit({ path: '/hello' })
  await until(world, async () => world.engine.world.networks.size > 0)

  await removeUnrecorded(toolsOf(world))

  expect(world.engine.world.networks.size).toBe(1)
  letResolve()
  await submitted
})

test('containers that no record knows are left alone, and said', async () => {
  const world = aWorld({ extensions: { '/hello': app } })
  await world.engine.create(other, 'torii-other', 'services: {web: {image: x}}', new AbortController().signal)

  await world.controller.recover()
  await quiet(world)

  expect(await world.engine.containers(other)).toHaveLength(1)
  expect(world.logged).toEqual(['warn containers of this instance that no record knows are left alone'])
})
