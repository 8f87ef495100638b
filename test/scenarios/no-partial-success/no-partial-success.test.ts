import { join } from 'node:path'
import { expect } from 'vitest'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')

test('a container that was healthy and falls ill while the routes are probed is FAILED, not DEPLOYED', async ({ world }) => {
  const deploying = world.deploying(app, { name: 'relapse' })
  await world.api.event('relapse', 'probe', ({ status }) => status === 404)
  await world.exec('relapse', 'web', 'touch /tmp/ill')

  expectFailure(await deploying.ended, { exit: 5, reason: 'container_unhealthy', service: 'web', says: /^web is unhealthy/ })
})

test('so is one without a check that ends meanwhile', async ({ world }) => {
  const deploying = world.deploying(app, { name: 'tired' })
  await world.api.event('tired', 'probe', ({ status }) => status === 404)
  await world.exec('tired', 'worker', 'touch /tmp/end')

  expectFailure(await deploying.ended, { exit: 5, reason: 'container_exited', service: 'worker', says: /exit code 6.*I have had enough/ })
})

test('and when nobody falls ill, the page that comes late is found', async ({ world }) => {
  const deploying = world.deploying(app, { name: 'late' })
  await world.api.event('late', 'probe', ({ status }) => status === 404)
  await world.exec('late', 'web', 'echo here I am > /www/index.html')
  const { exit, document } = await deploying.ended

  expect({ exit, state: document.state }, document.failure?.sentence).toEqual({ exit: 0, state: 'DEPLOYED' })
  expect((await world.fetch(document.urls[0] ?? '')).body).toBe('here I am\n')
})
