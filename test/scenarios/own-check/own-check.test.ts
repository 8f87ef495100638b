import { join } from 'node:path'
import { expect } from 'vitest'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)

test('a service without a HEALTHCHECK is checked from outside, and its attempts are kept', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('http'))

  expect(exit, document.failure?.sentence).toBe(0)
  const [web] = document.containers
  expect(web).toMatchObject({ service: 'web', verdict: 'passed' })
  expect(web?.attempts[0]).toMatchObject({ exit: 1, output: expect.stringContaining('connection refused') })
  expect(web?.attempts.at(-1)).toMatchObject({ exit: 0, output: 'HTTP 200: fine\n' })
  expect((await world.container('http', 'web')).State.Health).toBe(undefined)
})

test('a connection is enough where tcp is asked for, and others may wait for it', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('tcp'))

  expect(exit, document.failure?.sentence).toBe(0)
  expect(document.containers).toMatchObject([
    { service: 'db', verdict: 'passed' },
    { service: 'client', verdict: 'skipped', detail: 'no HEALTHCHECK' },
  ])
  const [db, client] = [await world.container('tool-tcp', 'db'), await world.container('tool-tcp', 'client')]
  expect(client.State.StartedAt > db.State.StartedAt).toBe(true)
})

test('one that listens on 127.0.0.1 alone is unhealthy, with what was heard', async ({ world }) => {
  const deployed = await world.deploy(folder('ill'))

  expectFailure(deployed, {
    exit: 5,
    reason: 'container_unhealthy',
    service: 'web',
    says: /2 checks in a row failed, .*nothing listens on 10\..*:8080: connection refused/,
  })
  expect(deployed.document.containers[0]?.verdict).toBe('failed')
})
