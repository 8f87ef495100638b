import { join } from 'node:path'
import { expect } from 'vitest'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

test('a version that writes the same volume takes the place of the old one: it says so beforehand, and finds the data', async ({ world }) => {
  const first = await world.deploy(app, { name: 'shop', env: { VERSION: 'one' } })
  const polling = await world.poll(first.document.urls)
  const second = await world.deploy(app, { name: 'shop', env: { VERSION: 'two' } })
  const looks = await polling.stop()

  expect(second.exit, second.document.failure?.sentence).toBe(0)
  expect(second.document.notices).toContainEqual(
    expect.stringMatching(/^Revision 2 takes the place of revision 1, because both use the volume data: nothing serves until it has passed\./),
  )
  const said = (await world.api.events('shop')).find(({ event }) => event.type === 'notice' && event.rule === 'in_place')
  expect(said?.at.localeCompare(second.document.timeline.find(({ state }) => state === 'REQUESTED')?.at ?? '')).toBeLessThanOrEqual(0)
  for (const { status, body } of looks) expect([200, 503], body).toContain(status)
  for (const { status, body } of looks) if (status === 503) expect(body).toContain('<h1>Starting</h1>')
  for (const url of second.document.urls) expect((await world.fetch(url)).body).toBe('one\ntwo\n')
})

test('one that fails there makes room again: the old containers are started again and serve', async ({ world }) => {
  await world.alone('shop', 2)
  const before = await world.container('shop', 'web')
  const third = await world.deploy(app, { name: 'shop', env: { VERSION: 'three', CHECK: 'false' } })
  await world.alone('shop', 2)
  const after = await world.container('shop', 'web')
  const deployment = await world.api.deployment('shop')

  expectFailure(third, { exit: 5, reason: 'container_unhealthy', service: 'web', says: /^web is unhealthy(?!.*did not come back)/ })
  expect(deployment).toMatchObject({ live: 2, wanted: 'running' })
  expect({ id: after.Id, status: after.State.Status }).toEqual({ id: before.Id, status: 'running' })
  for (const url of deployment?.urls ?? []) expect(await world.fetch(url)).toMatchObject({ status: 200, body: 'one\ntwo\nthree\ntwo\n' })
})

test('a restart policy that was disarmed for the time is there again', async ({ world }) => {
  const { HostConfig } = await world.container('shop', 'web')

  expect(HostConfig.RestartPolicy.Name).toBe('unless-stopped')
  expect(await world.containers('shop')).toHaveLength(1)
})
