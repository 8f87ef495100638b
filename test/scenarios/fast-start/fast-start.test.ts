import { join } from 'node:path'
import { expect } from 'vitest'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)
const seconds = (n: number) => n * 1_000_000_000

test('a container that is ready at once is seen healthy long before its first interval has passed, and that is said', async ({ world }) => {
  const { document } = await world.deploy(folder('app'), { name: 'fast' })

  expect(document.state).toBe('DEPLOYED')
  expect(await firstCheckAfter(world, 'fast')).toBeLessThan(5_000)
  expect(document.notices).toContainEqual(expect.stringMatching(/^first probe after 0\.1 s instead of 30 s$/))
})

test('fast_start: false leaves the first look to Docker, one interval after the start', async ({ world }) => {
  const { document } = await world.deploy(folder('patient'), { name: 'patient' })
  const { Config } = await world.container('patient', 'web')

  expect(document.state).toBe('DEPLOYED')
  expect(await firstCheckAfter(world, 'patient')).toBeGreaterThanOrEqual(3_900)
  expect(Config.Healthcheck?.StartInterval ?? 0).toBe(0)
  expect(document.notices).toEqual([expect.stringContaining('user: root, as its image says')])
})

test('Compose’s timing goes over the image’s HEALTHCHECK part by part, and the image’s test stays', async ({ world }) => {
  const { document } = await world.deploy(folder('built'), { name: 'built' })
  const { Config } = await world.container('built', 'web')

  expect(document.containers[0]?.attempts[0]).toMatchObject({ exit: 0, output: 'checked by the image\n' })
  expect(Config.Healthcheck).toMatchObject({ Interval: seconds(20), Timeout: seconds(7), Retries: 4, StartPeriod: seconds(20) })
  expect(await firstCheckAfter(world, 'built')).toBeLessThan(5_000)
})

/** ms from the start of the only container to its first check. */
async function firstCheckAfter(world: World, name: string): Promise<number> {
  const [view, container] = [await world.api.revision(name), await world.container(name, 'web')]
  return Date.parse(view?.containers[0]?.attempts[0]?.at ?? '') - Date.parse(container.State.StartedAt)
}
