import { expect, test } from 'vitest'
import { aWorld, deployed, told } from './a-world.ts'
import { guidesCheck, healthyAfter } from './makers.ts'

const hello = { '/hello': { services: { web: { check: guidesCheck, does: healthyAfter(500) }, worker: {} } } }

async function noticesOf(startInterval: boolean): Promise<string[]> {
  const world = aWorld({ extensions: hello })
  world.engine.startInterval = async () => startInterval
  await deployed(world, '/hello')
  return (await told(world, 'notice')).filter(({ event }) => event.rule === 'old_engine').map(({ event }) => event.text)
}

test('an engine without start_interval works, and it is said what is slower for it', async () => {
  expect(await noticesOf(false)).toEqual([
    'This engine has no start_interval, so web can be seen healthy after a whole check interval at the earliest; Docker 25 or later is quicker.',
  ])
  expect(await noticesOf(true)).toEqual([])
})
