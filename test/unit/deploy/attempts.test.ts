import { expect, test } from 'vitest'
import type { FakeService } from '../../fakes/container.ts'
import { anotherController, aWorld, deployed, settled, told, until, type World } from './a-world.ts'

/** A check every `every` ms that succeeds at the `good`th attempt, each with a word of its own. */
function checks(every: number, good: number): FakeService {
  const at = (number: number) => number * every
  return {
    health: [
      [0, 'starting'],
      [at(good), 'healthy'],
    ],
    probes: Array.from({ length: good }, (_, index) => [at(index + 1), index + 1 === good ? 0 : 1, `attempt ${index + 1}`]),
  }
}

async function attemptsOf(world: World): Promise<{ total: number; words: string[] }> {
  const { containers } = await world.controller.revision('tool-it', null)
  return { total: containers[0]?.attemptsTotal ?? 0, words: (containers[0]?.attempts ?? []).map(({ output }) => output) }
}

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, at) => `attempt ${at + from}`)

test('every attempt is kept once, also those that the engine’s log of five has lost', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: checks(100, 30) } } } } })

  await deployed(world, '/tool-it')

  expect(await attemptsOf(world)).toEqual({ total: 30, words: numbers(30) })
})

test('each is told once, in order', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: checks(1000, 12) } } } } })

  await deployed(world, '/tool-it')

  const events = await told(world, 'attempt')
  expect(events.map(({ event }) => event.output)).toEqual(numbers(12))
  expect(events.map(({ event }) => event.exit)).toEqual([...Array(11).fill(1), 0])
})

test('what is told of each is its last line', async () => {
  const does: FakeService = { ...checks(1000, 1), probes: [[1000, 0, `first\n${'x'.repeat(500)}\n\n`]] }
  const world = aWorld({ extensions: { '/tool-it': { services: { web: { does } } } } })

  await deployed(world, '/tool-it')

  expect((await told(world, 'attempt')).map(({ event }) => event.output)).toEqual([`${'x'.repeat(299)}…`])
})

test('without events the five that each look finds are kept', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: checks(1050, 17) } } } }, deaf: true })

  await deployed(world, '/tool-it')

  expect(await attemptsOf(world)).toEqual({ total: 17, words: numbers(17) })
})

test('without events and with more than five between two looks, the last five of each look are', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: checks(410, 20) } } } }, deaf: true })

  await deployed(world, '/tool-it')

  expect((await attemptsOf(world)).words).toEqual([...numbers(5, 8), ...numbers(5, 16)])
})

test('of very many the first 20 and the last 50 are kept, and all are counted', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: checks(50, 200) } } } } })

  await deployed(world, '/tool-it')

  expect(await attemptsOf(world)).toEqual({ total: 200, words: [...numbers(20), ...numbers(50, 151)] })
})

test('a process that takes over adds those it finds, and none twice', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: checks(1000, 20) } } } } })
  await world.controller.submit({ path: '/tool-it' })
  await until(world, async () => (await told(world, 'attempt')).length === 7)

  await world.controller.close()
  await world.clock.sleep(3500)
  const next = anotherController(world)
  await next.recover()
  await settled(world, 'tool-it')

  expect(await attemptsOf(world)).toEqual({ total: 20, words: numbers(20) })
})

test('a restarted container’s attempts follow those before', async () => {
  const does: FakeService = { ...checks(1000, 3), exits: [[2500, 1]] }
  const world = aWorld({ extensions: { '/tool-it': { services: { web: { restart: 'always', does } } } } })

  await deployed(world, '/tool-it')

  expect((await attemptsOf(world)).words).toEqual([...numbers(2), ...numbers(3)])
})

test('they are kept when the clock of the engine’s host is set back', async () => {
  const world = aWorld({ extensions: { '/tool-it': { services: { web: { does: checks(1000, 6) } } } } })
  const containers = world.engine.containers
  const container = world.engine.container
  const hour = 3_600_000
  const back = (at: string, number: number) => (number > 3 ? new Date(Date.parse(at) - hour).toISOString() : at)
  const shifted = <T extends Awaited<ReturnType<typeof container>>>(seen: T): T =>
    seen?.health
      ? { ...seen, health: { ...seen.health, log: seen.health.log.map((each) => ({ ...each, at: back(each.at, Number(each.output.split(' ')[1])) })) } }
      : seen
  world.engine.containers = async (ref) => (await containers(ref)).map(shifted)
  world.engine.container = async (id) => shifted(await container(id))

  await deployed(world, '/tool-it')

  expect((await attemptsOf(world)).words).toEqual(numbers(6))
})

test('what it prints is cleaned of secrets and control characters, and cut', async () => {
  const does: FakeService = {
    health: [
      [0, 'starting'],
      [100, 'healthy'],
    ],
    probes: [[100, 0, `\u001b]0;title\u0007 token hunter2-hunter2 ${'x'.repeat(9000)}`]],
  }
  const world = aWorld({ extensions: { '/tool-it': { services: { web: { does } } } } })

  await world.controller.submit({ path: '/tool-it', env: { TOKEN: 'hunter2-hunter2' } })
  await settled(world, 'tool-it')

  const [said = ''] = (await attemptsOf(world)).words
  expect(said).toMatch(/^ token [^h]+ x+/)
  expect(said.length).toBeLessThanOrEqual(4096)
})
