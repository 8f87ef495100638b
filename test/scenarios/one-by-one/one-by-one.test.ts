import { join } from 'node:path'
import { expect } from 'vitest'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)

test('one unhealthy container fails the revision at once, while another is still waited on', async ({ world }) => {
  const deployed = await world.deploy(folder('ill'))

  expectFailure(deployed, { exit: 5, reason: 'container_unhealthy', service: 'cache', says: /^cache is unhealthy.*no memory left/ })
  expect(deployed.document.containers.map(({ service, verdict }) => ({ service, verdict }))).toEqual([
    { service: 'web', verdict: 'waiting' },
    { service: 'cache', verdict: 'failed' },
  ])
  expect(deployed.ms).toBeLessThan(20_000)
})

test('what waits for another is not started, is named as held back, and is not blamed', async ({ world }) => {
  const deployed = await world.deploy(folder('chain'), { name: 'chain' })
  const states = (await world.containers('chain')).map(({ Config, State }) => [Config.Labels['torii.service'], State.Status])

  expectFailure(deployed, { exit: 5, reason: 'health_timeout', service: 'database', says: /^database did not become healthy in time/ })
  expect(deployed.document.containers).toMatchObject([
    { service: 'database', verdict: 'failed' },
    { service: 'backend', verdict: 'waiting', detail: 'held back by database' },
    { service: 'web', verdict: 'waiting', detail: 'held back by backend' },
  ])
  expect(Object.fromEntries(states)).toEqual({ database: 'running', backend: 'created', web: 'created' })
})

test('each link of the chain starts when the one before is healthy, and its time begins then', async ({ world }) => {
  const deploying = world.deploying(folder('chain'), { name: 'chain' })
  await world.api.event('chain', 'container', ({ service, step }) => service === 'database' && step === 'started', { revision: 2 })
  expect((await world.container('chain', 'backend')).State.Status).toBe('created')
  await world.exec('chain', 'database', 'touch /tmp/ready')
  const { exit, document } = await deploying.ended

  expect(exit, document.failure?.sentence).toBe(0)
  const started = (await world.api.events('chain')).flatMap(({ revision, event }) =>
    revision === 2 && event.type === 'container' && event.step === 'started' ? [event.service] : [],
  )
  expect(started).toEqual(['database', 'backend', 'web'])
})
