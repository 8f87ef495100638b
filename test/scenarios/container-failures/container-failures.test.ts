import { join } from 'node:path'
import { expect } from 'vitest'
import { docker } from '../engine.ts'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)

test.concurrent('a failing health check is container_unhealthy, and says what the check printed', async ({ world }) => {
  const deployed = await world.deploy(folder('unhealthy'))

  expectFailure(deployed, {
    ...{ exit: 5, reason: 'container_unhealthy', service: 'web' },
    says: /^web is unhealthy: .*`echo no database at db:5432; exit 1`, failed 2 times in a row.*exit code 1: no database at db:5432/,
  })
  expect(deployed.document.containers[0]?.attempts.at(-1)).toMatchObject({ exit: 1, output: 'no database at db:5432\n' })
})

test.concurrent('one that never decides is health_timeout, and says when a verdict would have been possible', async ({ world }) => {
  const deployed = await world.deploy(folder('never-healthy'))

  expectFailure(deployed, {
    ...{ exit: 5, reason: 'health_timeout', service: 'web' },
    says: /^web did not become healthy in time: most likely the health check of web fails, .* only after 602 s.*still starting after 3 s.*start period of 600 s.*before 602 s.*loading/,
  })
})

test.concurrent('a container that exits is container_exited, with its exit code and last words', async ({ world }) => {
  const deployed = await world.deploy(folder('exited'))

  expectFailure(deployed, { exit: 5, reason: 'container_exited', service: 'web', says: /exit code 3.*DATABASE_URL is not set/ })
})

test.concurrent('one that exits again and again is crash_loop, with its restarts, exit code and last words', async ({ world }) => {
  const begun = performance.now()
  const deployed = await world.deploy(folder('crash-loop'))

  expectFailure(deployed, { exit: 5, reason: 'crash_loop', service: 'web', says: /\d+ restarts in \d+ s.*exit code 4.*cannot open the index/ })
  expect(performance.now() - begun).toBeLessThan(45_000)
})

test.concurrent('one that is killed for want of memory is out_of_memory, with its limit', async ({ world }) => {
  const deployed = await world.deploy(folder('out-of-memory'))

  expectFailure(deployed, { exit: 5, reason: 'out_of_memory', service: 'web', says: /16 MiB/ })
})

test.concurrent('one that somebody pauses is container_paused', async ({ world }) => {
  const deploying = world.deploying(folder('waiting'), { name: 'paused' })
  await docker('pause', await runningOf(world, 'paused'))

  expectFailure(await deploying.ended, { exit: 5, reason: 'container_paused', service: 'web', says: /^web is paused\.$/ })
})

test.concurrent('one that somebody removes is container_gone', async ({ world }) => {
  const deploying = world.deploying(folder('waiting'), { name: 'gone' })
  await docker('rm', '--force', await runningOf(world, 'gone'))

  expectFailure(await deploying.ended, { exit: 5, reason: 'container_gone', service: 'web', says: /^web disappeared/ })
})

test.concurrent('a job that others wait for and that fails is dependency_failed, and the others are never started', async ({ world }) => {
  const deployed = await world.deploy(folder('dependency'))

  expectFailure(deployed, { exit: 5, reason: 'dependency_failed', service: 'migrate', says: /exit code 7.*web.*table users exists already/ })
  expect(deployed.document.containers).toMatchObject([
    { service: 'migrate', verdict: 'failed' },
    { service: 'web', verdict: 'waiting', detail: 'held back by migrate' },
  ])
})

test.concurrent('a command that is not in the image is start_failed, in the engine’s words', async ({ world }) => {
  const deployed = await world.deploy(folder('bad-command'))

  expectFailure(deployed, { exit: 5, reason: 'start_failed', service: 'web', says: /serve-everything.*no such file or directory/ })
})

async function runningOf(world: World, name: string): Promise<string> {
  await world.api.event(name, 'container', ({ step }) => step === 'started')
  return (await world.container(name, 'web')).Id
}
