import { describe, expect, test } from 'vitest'
import { aWorld, deployed } from './a-world.ts'

class NotYours extends Error {}
const mayUse = (name: string) => {
  if (!name.startsWith('team-a-')) throw new NotYours(name)
}
const services = { web: {} }
const extensions = { '/theirs': { name: 'team-b-web', services }, '/ours': { name: 'team-a-web', services } }

describe('whoever may use only some names', () => {
  test('deploys under these', async () => {
    const world = aWorld({ extensions })

    expect((await world.controller.submit({ path: '/ours', mayUse })).deployment.name).toBe('team-a-web')
  })

  test('deploys under no other, wherever the name comes from, and nothing is recorded', async () => {
    const world = aWorld({ extensions })

    await expect(world.controller.submit({ path: '/theirs', mayUse })).rejects.toThrow(NotYours)
    expect(await world.store.deployments()).toEqual([])
  })

  test('does not learn by a forecast what another deployment would become', async () => {
    const world = aWorld({ extensions })
    await deployed(world, '/theirs')

    await expect(world.controller.forecast({ path: '/theirs', mayUse })).rejects.toThrow(NotYours)
  })
})

describe('the name behind a name or id', () => {
  test('is known while there is a deployment, also when only its volumes are kept', async () => {
    const world = aWorld({ extensions: { '/data': { name: 'data', services, volumes: { data: ['web'] } } } })
    await deployed(world, '/data')
    const id = (await world.store.deployment('data'))?.id ?? ''

    const before = [await world.controller.named('data'), await world.controller.named(id)]
    await world.controller.remove('data', { volumes: false })
    const kept = await world.controller.named(id)
    await world.controller.remove('data', { volumes: true })

    expect([before, kept, await world.controller.named(id), await world.controller.named('nobody')]).toEqual([['data', 'data'], 'data', null, null])
  })
})
