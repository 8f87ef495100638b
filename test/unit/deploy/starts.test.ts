import { expect, test } from 'vitest'
import { aWorld, deployed, told } from './a-world.ts'
import { healthyAfter, startOfTime } from './makers.ts'

const passedAt = async (world: ReturnType<typeof aWorld>, service: string) => {
  const verdicts = await told(world, 'verdict')
  const passed = verdicts.find(({ event }) => event.service === service && event.now === 'passed')
  return Date.parse(passed?.at ?? '') - startOfTime
}

test('a slow start of one container does not delay what is seen of another', async () => {
  const services = { slow: { does: { ...healthyAfter(0), startTakes: 1500 } }, web: { does: healthyAfter(100) } }
  const world = aWorld({ extensions: { '/tool-it': { services } } })

  await deployed(world, '/tool-it')

  expect(await passedAt(world, 'web')).toBe(100)
  expect(await passedAt(world, 'slow')).toBe(1500)
})

test('a look at everything does not wait for a slow start either', async () => {
  const services = { slow: { does: { ...healthyAfter(0), startTakes: 9000 } }, web: { does: healthyAfter(4000) } }
  const world = aWorld({ extensions: { '/tool-it': { services } }, deaf: true })

  await deployed(world, '/tool-it')

  expect(await passedAt(world, 'web')).toBe(5000)
})

test('a start that fails is looked at when it is over, and not before', async () => {
  const services = { web: { does: { startTakes: 700, startFails: 'exec: "nope": executable file not found in $PATH' } }, db: { does: healthyAfter(100) } }
  const world = aWorld({ extensions: { '/tool-it': { services } } })
  const { container } = world.engine
  const looks: [string, number][] = []
  world.engine.container = async (id) => {
    const seen = await container(id)
    looks.push([seen?.service ?? '', world.clock.now() - startOfTime])
    return seen
  }

  const revision = await deployed(world, '/tool-it')

  expect(revision).toMatchObject({ state: 'FAILED', failure: { reason: 'start_failed', service: 'web' } })
  expect(looks.filter(([service]) => service === 'web')).toEqual([['web', 700]])
})
