import { join } from 'node:path'
import { expect } from 'vitest'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)

test('a job that others wait for is judged by its exit alone, and what waits starts when it has succeeded', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('awaited'))

  expect(exit, document.failure?.sentence).toBe(0)
  expect(document.containers).toMatchObject([
    { service: 'migrate', verdict: 'finished', detail: 'exit code 0, a one-shot: web awaits its success', attempts: [] },
    { service: 'web', verdict: 'skipped' },
  ])
  expect((await world.fetch(document.urls[0] ?? '')).body).toBe('migrated\n')
})

test('one that exits 0 without port, check or restart policy is taken for a job, and that is said; one that says so itself is one', async ({ world }) => {
  const { exit, document } = await world.deploy(folder('taken-for'))

  expect(exit, document.failure?.sentence).toBe(0)
  expect(document.containers).toMatchObject([
    { service: 'web', verdict: 'skipped', detail: 'no HEALTHCHECK' },
    {
      service: 'seed',
      verdict: 'finished',
      detail: 'finished, taken for a one-shot: it has no port, no HEALTHCHECK and no restart policy that keeps it running',
    },
    { service: 'asked', verdict: 'finished', detail: 'exit code 0, a one-shot: x-torii says so' },
  ])
})

test('a job that does not end is health_timeout, and says who waits for it', async ({ world }) => {
  const deployed = await world.deploy(folder('endless'))

  expectFailure(deployed, { exit: 5, reason: 'health_timeout', service: 'migrate', says: /has not ended after 3 s, and web waits for it/ })
  expect(deployed.document.containers[1]).toMatchObject({ service: 'web', verdict: 'waiting', detail: 'held back by migrate' })
})

test('a service with a port that exits 0 exited although it should run', async ({ world }) => {
  const deployed = await world.deploy(folder('port'))

  expectFailure(deployed, { exit: 5, reason: 'container_exited', service: 'web', says: /exit code 0.*I serve nothing/ })
})
